@SEC0009
Feature: An HCALCS is commanded where there is no SM WAN

  An engineer with a Hand-Held Terminal reaches every device of the home, so an HCALCS too; the PPMID, with a hub that
  relays, must be able to bring the same.

  @REQ-049 @REQ-051 @takes-1h
  Scenario: An engineer joins the HCALCS to the electricity meter with the Hand-Held Terminal
    Given a prepayment home with an electricity meter
    And an HCALCS
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    Then the hub has let the Hand-Held Terminal in
    When the Supplier has the HCALCS's load switch joined to the electricity meter with the Hand-Held Terminal
    Then the Hand-Held Terminal passed the Command on unaltered
    And the HCALCS has answered the hub's Commands itself
    And the Hand-Held Terminal brought the Response back unaltered
    And the Supplier holds the HCALCS's own Response
    And the DCC was told of the local delivery

  @REQ-049 @REQ-050 @REQ-051 @ics-relay @takes-3h
  Scenario: The same Commands for the HCALCS go through the PPMID
    Given a prepayment home with an electricity meter
    And an HCALCS
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the HCALCS's load switch joined to the electricity meter through the PPMID
    Then the hub passed the Command on to the HCALCS unaltered
    And the HCALCS has answered the hub's Commands itself
    And the Supplier holds the HCALCS's own Response
    And the DCC was told of the local delivery
    When the Supplier has the HCALCS's firmware version read through the PPMID
    Then the DCC was told of the local delivery
