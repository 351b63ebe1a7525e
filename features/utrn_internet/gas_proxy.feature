@UTRN-INTERNET
Feature: What the Supplier can make of the gas proxy's figures

  The gas meter reports to the proxy in the hub every half hour, and what the proxy tells a Supplier bears no time of its source.
  So a balance read there may be from before a top-up, or risen by another one. The meter's own log has the code itself.

  @REQ-034 @I4b @ics-utrn-internet @ics-gas @takes-9h
  Scenario: A balance of before the UTRN does not make it fail
    Given a prepayment home with a gas meter
    And a hub of today
    And the gas meter holds £1.20
    And the SM WAN is up
    When 40 minutes pass
    And the Supplier sends a UTRN of £12.50 for the gas meter to the PPMID
    And the PPMID's Internet line fails as soon as the UTRN is in the home
    And 25 minutes pass
    And the Supplier has the gas proxy's balance read over the SM WAN
    Then what the gas proxy told settles nothing of the UTRN
    When 30 minutes pass
    And the Supplier has the gas proxy's balance read over the SM WAN
    Then what the gas proxy told settles nothing of the UTRN
    And the gas meter's own log has told the Supplier that the UTRN was credited
    And the balance of the gas meter has risen by £12.50, once

  @REQ-034 @I4b @ics-utrn-internet @ics-gas @takes-9h
  Scenario: A balance that another UTRN has raised does not make it succeed
    Given a prepayment home with a gas meter
    And a hub of today
    And the gas meter holds £1.20
    And the SM WAN is up
    When the PPMID's Internet line goes down
    And the customer enters a UTRN of £12.50 at the gas meter's own keypad
    And 40 minutes pass
    And the Supplier sends a UTRN of £12.50 for the gas meter to the PPMID
    And the Supplier has the gas proxy's balance read over the SM WAN
    Then what the gas proxy told settles nothing of the UTRN
    When 40 minutes pass
    And the Supplier has the gas proxy's balance read over the SM WAN
    Then what the gas proxy told settles nothing of the UTRN
