@SECMP0038
Feature: Where the money of a top-up Command goes

  The Command comes through the PPMID, and what the meter does with its money is what it does with any: the Supplier learns
  it from the meter's own Response.

  @REQ-004 @REQ-015 @ics-relay @ics-gas @takes-10h
  Scenario Outline: A top-up Command of more than the <meter> may hold is refused, until the Supplier lets it hold more
    Given a prepayment home with <home>
    And a hub that can relay
    And the <meter> holds £45.00 of at most £50.00
    And the SM WAN has been down for 2 hours
    When the Supplier has the <meter> topped up by £10.00 through the PPMID
    Then the balance of the <meter> has not moved
    And the Supplier holds of it: refused, proven
    When the Supplier has the <meter>'s prepayment configuration updated through the PPMID
    Then the Supplier holds the <meter>'s own Response
    When the Supplier has the <meter> topped up by £10.00 through the PPMID
    Then the balance of the <meter> has risen by £10.00, once
    And the Supplier holds the <meter>'s own Response

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |

  @REQ-004 @REQ-015 @ics-relay @ics-gas @takes-6h
  Scenario: A top-up Command repays debt up to the cap of the week, and emergency credit, before the gas meter's balance rises
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the gas meter has used £3.00 of £10.00 of emergency credit
    And 10% of each top-up of the gas meter repays a debt of £20.00, up to £1.00 a week
    And the SM WAN has been down for 2 hours
    When the Supplier has the gas meter topped up by £20.00 through the PPMID
    Then £1.00 of it has repaid debt, £3.00 emergency credit, and the gas meter holds £16.00 more
    And the Supplier holds the gas meter's own Response
    And the supply of the gas meter is enabled

  @REQ-004 @REQ-014 @REQ-015 @ics-relay @ics-gas @takes-8h
  Scenario Outline: The Supplier resets the balance of the <meter>, and reads that it has
    Given a prepayment home with <home>
    And a hub that can relay
    And the <meter> holds £12.00
    And the SM WAN has been down for 2 hours
    When the Supplier has the <meter>'s balance read through the PPMID
    Then the Supplier has read the balance that the <meter> shows
    When the Supplier has the <meter>'s balance reset through the PPMID
    Then the Supplier holds the <meter>'s own Response
    And the <meter> holds £0.00 now
    When the Supplier has the <meter>'s balance read through the PPMID
    Then the Supplier has read the balance that the <meter> shows

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |
