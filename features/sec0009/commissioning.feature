@SEC0009
Feature: Commissioning where there is no SM WAN: an engineer joins the PPMID with a Hand-Held Terminal

  The DCC is told of a hub that is installed without SM WAN (SRV 8.14.2). That hub is told of the PPMID, and PPMID and meters are joined, by Commands that the DCC
  gives for local delivery. What the Access Control Broker asks of the hub proves nothing to the Supplier, who returns it;
  joins are signed, so that it can verify them.

  @REQ-049 @REQ-051 @ics-utrn-internet @ics-gas @takes-10h @ics-own-commands
  Scenario: Hub, PPMID and gas meter are commissioned with the Hand-Held Terminal, then a UTRN is credited
    Given a prepayment home with a gas meter
    And a PPMID that has been joined to no meter yet
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    Then the hub has let the Hand-Held Terminal in
    When the Supplier tells the DCC that the hub is installed and has no SM WAN
    Then the DCC has taken it
    When the Supplier has the hub's told of the PPMID with the Hand-Held Terminal
    Then the DCC was told of the local delivery
    When the Supplier has the gas meter's join to the PPMID made with the Hand-Held Terminal
    Then the Supplier holds the gas meter's own Response
    And the DCC was told of the local delivery
    When the Supplier has the PPMID's join to the gas meter made with the Hand-Held Terminal
    Then the Supplier holds the PPMID's own Response
    And the DCC was told of the local delivery
    When the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    Then the PPMID put to use that it has been joined
    And the balance of the gas meter has risen by £10.00, once

  @REQ-049 @REQ-051 @ics-utrn-internet @takes-1h @ics-own-commands
  Scenario: PPMID and electricity meter are joined with the Hand-Held Terminal, then a UTRN is credited
    Given a prepayment home with an electricity meter
    And a PPMID that has been joined to no meter yet
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    Then the hub has let the Hand-Held Terminal in
    When the Supplier has the electricity meter's join to the PPMID made with the Hand-Held Terminal
    Then the Supplier holds the electricity meter's own Response
    And the DCC was told of the local delivery
    When the Supplier has the PPMID's join to the electricity meter made with the Hand-Held Terminal
    Then the Supplier holds the PPMID's own Response
    And the DCC was told of the local delivery
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once

  @REQ-049 @REQ-051 @ics-utrn-internet @ics-gas @takes-10h @ics-own-commands
  Scenario: Joined with the Hand-Held Terminal at the PPMID's end alone, the gas meter credits nothing
    Given a prepayment home with a gas meter
    And a PPMID that has been joined to no meter yet
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier tells the DCC that the hub is installed and has no SM WAN
    Then the DCC has taken it
    When the Supplier has the PPMID's join to the gas meter made with the Hand-Held Terminal
    Then the Supplier holds the PPMID's own Response
    When the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    Then the PPMID put to use that it has been joined
    And the balance of the gas meter has not moved
    When the Supplier has the gas meter's join to the PPMID made with the Hand-Held Terminal
    Then the Supplier holds the gas meter's own Response
    When the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    Then the balance of the gas meter has risen by £10.00, once

  @REQ-049 @REQ-051 @ics-utrn-internet @ics-gas @takes-10h
  Scenario: Joined with the Hand-Held Terminal at the gas meter's end alone, the PPMID has nothing to send
    Given a prepayment home with a gas meter
    And a PPMID that has been joined to no meter yet
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the gas meter's join to the PPMID made with the Hand-Held Terminal
    Then the Supplier holds the gas meter's own Response
    When the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    Then nothing of it reached the HAN
    And the balance of the gas meter has not moved
