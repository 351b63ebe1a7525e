@UTRN-INTERNET
Feature: A home's hub is exchanged, and its HAN restored

  A new hub has a network and keys of its own. The DCC gives it the device log that the hub before it has backed up
  (SRV 8.12.1, CCS03): every device may come in by the hash of its old link key, without a new install code.

  @REQ-026 @PP-016 @ics-utrn-internet @takes-1h
  Scenario: The PPMID tops the electricity meter up before its hub is exchanged, and after
    Given a prepayment home with an electricity meter
    And a new hub at hand for the home
    And the SM WAN is up
    When the Supplier has the hub's device log backed up over the SM WAN
    Then the Supplier holds the hub's own Response
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the hub is exchanged for the new one
    And the Supplier has the hub's device log restored from the hub before it over the SM WAN
    Then the Supplier holds the hub's own Response
    When 50 minutes pass
    Then the PPMID asks the new hub to be let in
    And the new hub has let in every device that it was restored with and that asked
    When the Supplier sends a UTRN of £20.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £30.00, once
    When the Supplier has the meter's balance read over the SM WAN
    Then the Supplier has read the balance that the electricity meter shows

  @REQ-026 @PP-016 @ics-utrn-internet @ics-gas @takes-6h
  Scenario: The PPMID tops the gas meter up before its hub is exchanged, and after
    Given a prepayment home with a gas meter
    And a new hub at hand for the home
    And the SM WAN is up
    When the Supplier has the hub's device log backed up over the SM WAN
    Then the Supplier holds the hub's own Response
    When the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    Then the balance of the gas meter has risen by £10.00, once
    When the hub is exchanged for the new one
    And the Supplier has the hub's device log restored from the hub before it over the SM WAN
    Then the Supplier holds the hub's own Response
    When the Supplier has the gas proxy's device log restored from the gas proxy before it over the SM WAN
    Then the Supplier holds the gas proxy's own Response
    When 3 hours pass
    Then the PPMID asks the new hub to be let in
    And the new hub has let in every device that it was restored with and that asked
    When the Supplier sends a UTRN of £20.00 for the gas meter to the PPMID
    And 40 minutes pass
    Then the balance of the gas meter has risen by £30.00, once
