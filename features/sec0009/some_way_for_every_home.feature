@SEC0009
Feature: Some way for every home

  Issue SEC0009: every customer can gain. In each kind of home, with a hub of today and with one that relays, at least one way
  tops the meter up; what each way costs is not public (`ppmid-harness business-case` reckons with inputs that one gives it).

  @REQ-049 @REQ-058 @ics-utrn-internet @ics-gas @takes-3h
  Scenario Outline: A UTRN in a home that <wan>, with <hub>, at the <meter>
    Given a prepayment home with <home>
    And <hub>
    And <situation>
    When the Supplier sends a UTRN of £10.00 for the <meter> to the PPMID
    Then the balance of the <meter> has risen by £10.00, once

    Examples:
      | wan                  | situation                                    | hub                | home                 | meter             |
      | loses the SM WAN     | the SM WAN has been down for 2 hours         | a hub of today     | an electricity meter | electricity meter |
      | loses the SM WAN     | the SM WAN has been down for 2 hours         | a hub of today     | a gas meter          | gas meter         |
      | has no SM WAN yet    | the home has no SM WAN yet                   | a hub of today     | an electricity meter | electricity meter |
      | has no SM WAN yet    | the home has no SM WAN yet                   | a hub of today     | a gas meter          | gas meter         |
      | never has the SM WAN | the home is beyond the SM WAN's reach for good | a hub of today     | an electricity meter | electricity meter |
      | never has the SM WAN | the home is beyond the SM WAN's reach for good | a hub of today     | a gas meter          | gas meter         |
      | never has the SM WAN | the home is beyond the SM WAN's reach for good | a hub that can relay | an electricity meter | electricity meter |
      | never has the SM WAN | the home is beyond the SM WAN's reach for good | a hub that can relay | a gas meter          | gas meter         |

  @REQ-049 @REQ-058 @takes-5m
  Scenario: Where nobody has an avenue to the PPMID, an engineer's Hand-Held Terminal is a way
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter topped up by £10.00 with the Hand-Held Terminal
    Then the balance of the electricity meter has risen by £10.00, once
