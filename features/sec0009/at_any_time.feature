@SEC0009
Feature: The route over weeks

  Issue SEC0009 asks for a way that can be used at any time. A Supplier asks at another hour each time; meanwhile the home's
  Internet line is down for two days, the hub and the PPMID lose power. What is asked then is answered late.

  @REQ-052 @ics-relay @ics-gas @takes-31d
  Scenario Outline: The <meter> is asked at any hour, in a home without SM WAN
    Given a prepayment home with <home>
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the <meter>'s balance read through the PPMID every 25 hours, 10 times
    And the PPMID's Internet line goes down
    And the Supplier has the <meter>'s balance read through the PPMID every 25 hours, 2 times
    And the PPMID's Internet line comes back
    And the Supplier has the <meter>'s balance read through the PPMID every 25 hours, 3 times
    And the hub's power is cut and comes back
    And the Supplier has the <meter>'s balance read through the PPMID every 25 hours, 13 times
    Then each time the Supplier came to the meter's own Response, and how soon is measured

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |
