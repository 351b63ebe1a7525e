@SECMP0038
Feature: A Command for an HCALCS goes through the PPMID

  An HCALCS switches heating for the electricity meter. The hub that relays takes any Command of the PPMID to its target,
  and that is a device of the home like the meters.

  @REQ-004 @ics-relay @takes-3h
  Scenario: The Supplier joins the HCALCS to the electricity meter through the PPMID, and reads what it is joined with
    Given a prepayment home with an electricity meter
    And an HCALCS
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the HCALCS's load switch joined to the electricity meter through the PPMID
    Then the PPMID passed the Command on unaltered
    And the hub passed the Command on to the HCALCS unaltered
    And the HCALCS has answered the hub's Commands itself
    And the hub brought the HCALCS's Response back to the PPMID
    And the Supplier holds the HCALCS's own Response
    When the Supplier has the HCALCS's list of joined devices read through the PPMID
    Then the Supplier holds the HCALCS's own Response
    When the Supplier has the HCALCS's load switch parted from the electricity meter through the PPMID
    Then the Supplier holds the HCALCS's own Response

  @REQ-004 @ics-relay @takes-10m
  Scenario: An HCALCS that is not joined with the electricity meter refuses to part from it
    Given a prepayment home with an electricity meter
    And an HCALCS
    And a hub that can relay
    And the SM WAN is up
    When the Supplier has the HCALCS's load switch parted from the electricity meter through the PPMID
    Then the HCALCS has answered the hub's Commands itself
    And the Supplier holds of it: refused, proven
