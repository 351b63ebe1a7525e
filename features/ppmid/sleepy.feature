Feature: A PPMID whose receiver sleeps

  A PPMID on a battery may have its receiver off, and ask the hub now and again for the frames that are kept for it. What
  that adds to the time of a top-up is measured.

  @SECMP0038 @REQ-004 @REQ-014 @PP-025 @ics-relay @takes-135m
  Scenario: A top-up Command through a PPMID that sleeps
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID whose receiver sleeps
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then what was kept for the PPMID reached it, and how long that took is measured
    And the balance of the electricity meter has risen by £10.00, once
    And the PPMID passed the Response back unaltered
    And the Response to the electricity meter's Command came within the target response time

  @UTRN-INTERNET @REQ-026 @ics-utrn-internet @takes-10m
  Scenario: A UTRN through a PPMID that sleeps
    Given a prepayment home with an electricity meter
    And a PPMID whose receiver sleeps
    When the SM WAN goes down
    And the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    And the Supplier holds of it: the PPMID's word

  @UTRN-INTERNET @REQ-026 @PP-025 @ics-utrn-internet @ics-gas @takes-2h
  Scenario: A UTRN for a gas meter through a PPMID that sleeps, and in time for what is kept for it
    Given a prepayment home with a gas meter
    And a PPMID whose receiver sleeps
    When 5 minutes pass
    And the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    Then the PPMID has asked for what is kept for it often enough while it waited, and no oftener than it must else
    And the balance of the gas meter has risen by £10.00, once
    And the Supplier holds of it: the PPMID's word
