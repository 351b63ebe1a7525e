@SECMP0038
Feature: Devices of today

  Hubs and PPMIDs that know nothing of the new route fail safe, and say so where they can.

  @REQ-007 @REQ-015 @I4b @PP-005 @ics-relay @takes-135m
  Scenario: Today's hub drops what it cannot relay
    Given a prepayment home with an electricity meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the hub passed nothing on to the electricity meter
    And the PPMID said that it does not know the electricity meter's answer
    And the Supplier does not know whether it was delivered

  @REQ-025 @REQ-011 @PP-023 @PP-006 @takes-135m
  Scenario: A PPMID that was never updated says so
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that cannot relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the PPMID said that it cannot relay
    And nothing of it reached the HAN
