@SECMP0038
Feature: A top-up through the PPMID, soon after the SM WAN has gone

  @REQ-004 @REQ-012 @REQ-014 @PP-001 @PP-002 @ics-relay @takes-20s
  Scenario: A top-up Command, and the meter's Response
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 10 milliseconds
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the Supplier holds the meter's own Response
    And the PPMID passed the Command on unaltered
    And the hub passed the Command on to the electricity meter unaltered
    And the hub brought the electricity meter's Response back to the PPMID
    And the PPMID passed the Response back unaltered
