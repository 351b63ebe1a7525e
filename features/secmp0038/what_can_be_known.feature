@SECMP0038
Feature: What the Supplier can know of a top-up Command

  Which outcome the Supplier can hold depends on the SM WAN and on the hub. What it may not claim matters as much as what
  it may: where nothing comes back, it does not know.

  @REQ-015 @ics-relay @takes-5h
  Scenario Outline: <way>, <sm wan>, with <hub>
    Given a prepayment home with an electricity meter
    And <hub>
    And <sm wan>
    When the Supplier has the electricity meter topped up by £10.00 <way>
    Then the Supplier holds of it: <outcome>

    Examples:
      | way               | sm wan                               | hub                  | outcome           |
      | over the SM WAN   | the SM WAN is up                     | a hub of today       | delivered, proven |
      | over the SM WAN   | the SM WAN is up                     | a hub that can relay | delivered, proven |
      | over the SM WAN   | the SM WAN has been down for 2 hours | a hub of today       | unknown           |
      | over the SM WAN   | the SM WAN has been down for 2 hours | a hub that can relay | unknown           |
      | through the PPMID | the SM WAN is up                     | a hub of today       | unknown           |
      | through the PPMID | the SM WAN is up                     | a hub that can relay | delivered, proven |
      | through the PPMID | the SM WAN has been down for 2 hours | a hub of today       | unknown           |
      | through the PPMID | the SM WAN has been down for 2 hours | a hub that can relay | delivered, proven |
      | both ways         | the SM WAN is up                     | a hub of today       | delivered, proven |
      | both ways         | the SM WAN is up                     | a hub that can relay | delivered, proven |
      | both ways         | the SM WAN has been down for 2 hours | a hub of today       | unknown           |
      | both ways         | the SM WAN has been down for 2 hours | a hub that can relay | delivered, proven |

  @REQ-015 @takes-30m
  Scenario: An Alert that the Supplier has switched off does not come, and the credit is there all the same
    Given a prepayment home with an electricity meter
    And the SM WAN is up
    When the Supplier has the electricity meter's Alert of credit added locally switched off over the SM WAN
    Then the Supplier holds the meter's own Response
    When the customer enters a UTRN of £15.00 at the electricity meter's own keypad
    Then the balance of the electricity meter has risen by £15.00, once
    And the electricity meter has not told by an Alert that credit was added locally, which is switched off

  @REQ-015 @takes-30m
  Scenario: An Alert that the Supplier has switched on comes
    Given a prepayment home with an electricity meter
    And the electricity meter has run out of credit
    And the SM WAN is up
    When the Supplier has the electricity meter's Alert of emergency credit switched on over the SM WAN
    Then the Supplier holds the meter's own Response
    When the customer chooses emergency credit for the electricity meter at the PPMID
    Then the emergency credit of the electricity meter is in force
    And the electricity meter has told by an Alert that emergency credit was activated, which is switched on
