@UTRN-INTERNET
Feature: A PPMID is joined to the meters before it tops them up

  The hub is told of the PPMID (CCS01), and PPMID and meter are joined at both ends: an electricity meter by method A, a
  gas meter by method C, where each end is given the other's key agreement certificate. A pair that is joined at one end
  only tops nothing up.

  @REQ-026 @ics-utrn-internet @ics-gas @takes-8h @ics-own-commands
  Scenario: PPMID and gas meter are joined over the SM WAN, then a UTRN is credited
    Given a prepayment home with a gas meter
    And a PPMID that has been joined to no meter yet
    And the SM WAN is up
    When the Supplier has the hub's told of the PPMID over the SM WAN
    Then the Supplier holds the hub's own Response
    When the Supplier has the gas meter's join to the PPMID made over the SM WAN
    Then the Supplier holds the gas meter's own Response
    When the Supplier has the PPMID's join to the gas meter made over the SM WAN
    Then the Supplier holds the PPMID's own Response
    When the SM WAN goes down
    And the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    Then the PPMID put to use that it has been joined
    And the balance of the gas meter has risen by £10.00, once

  @REQ-026 @ics-utrn-internet @takes-1h @ics-own-commands
  Scenario: PPMID and electricity meter are joined over the SM WAN, then a UTRN is credited
    Given a prepayment home with an electricity meter
    And a PPMID that has been joined to no meter yet
    And the SM WAN is up
    When the Supplier has the electricity meter's join to the PPMID made over the SM WAN
    Then the Supplier holds the electricity meter's own Response
    When the Supplier has the PPMID's join to the electricity meter made over the SM WAN
    Then the Supplier holds the PPMID's own Response
    When the SM WAN goes down
    And the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once

  @REQ-026 @ics-utrn-internet @ics-gas @takes-8h @ics-own-commands
  Scenario: Joined at the PPMID's end alone, the gas meter credits nothing
    Given a prepayment home with a gas meter
    And a PPMID that has been joined to no meter yet
    And the SM WAN is up
    When the Supplier has the PPMID's join to the gas meter made over the SM WAN
    Then the Supplier holds the PPMID's own Response
    When the SM WAN goes down
    And the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    Then the PPMID put to use that it has been joined
    And the balance of the gas meter has not moved

  @REQ-026 @ics-utrn-internet @ics-gas @takes-8h
  Scenario: Joined at the gas meter's end alone, the PPMID has nothing to send
    Given a prepayment home with a gas meter
    And a PPMID that has been joined to no meter yet
    And the SM WAN is up
    When the Supplier has the gas meter's join to the PPMID made over the SM WAN
    Then the Supplier holds the gas meter's own Response
    When the SM WAN goes down
    And the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    Then nothing of it reached the HAN
    And the balance of the gas meter has not moved

  @REQ-026 @ics-utrn-internet @takes-1h
  Scenario: Joined at neither end, the electricity meter credits nothing
    Given a prepayment home with an electricity meter
    And a PPMID that has been joined to no meter yet
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has not moved
