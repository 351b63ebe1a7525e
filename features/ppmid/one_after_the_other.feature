@UTRN-INTERNET
Feature: Several things at once at the PPMID

  A meter answers one question after the other, and a gas meter sleeps. Meanwhile others ask: each of them is served in turn, or told
  that it is not.

  @REQ-026 @PP-011 @PP-013 @ics-utrn-internet @ics-gas @takes-40m
  Scenario: Codes wait behind one that the electricity meter refuses, and behind one that it never answers
    Given a prepayment home with an electricity meter and a gas meter
    And a hub of today
    When the gas meter's UTRN of £10.00 is sent for the electricity meter to the PPMID
    And the Supplier sends a UTRN of £5.00 for the electricity meter to the PPMID
    And 5 minutes pass
    Then the PPMID sent the electricity meter its codes digit for digit, by that meter's own command
    And the balance of the electricity meter has risen by £5.00, once
    When the same UTRN is sent to the PPMID again
    And the Supplier sends a UTRN of £3.00 for the electricity meter to the PPMID
    And 5 minutes pass
    Then the PPMID sent the electricity meter its codes digit for digit, by that meter's own command
    And the balance of the electricity meter has risen by £8.00, once
    And the PPMID asked nothing of the meters but what they take from a PPMID

  @REQ-034 @PP-025 @ics-utrn-internet @ixit-first-word-s @ixit-esme-answer-s @takes-10m
  Scenario: Twelve codes at once for the electricity meter, each sent or refused
    Given a prepayment home with an electricity meter
    And a hub of today
    When the Supplier sends a UTRN of £1.00 for the electricity meter to the PPMID, 12 times
    Then the PPMID has answered about the electricity meter within the times that its maker declares

  @REQ-026 @REQ-034 @PP-025 @ics-utrn-internet @ics-keypad @ics-gas @ixit-first-word-s @ixit-gsme-answer-s @takes-4h
  Scenario: A code is typed in while one from the Internet waits for the gas meter to wake
    Given a prepayment home with a gas meter
    And a hub of today
    When 5 minutes pass
    And the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    And 1 minute pass
    And the customer is given a UTRN of £5.00 for the gas meter by the Supplier
    And the customer types the UTRN of the Supplier for the gas meter into the PPMID
    Then the PPMID has answered about the gas meter within the times that its maker declares
    And the balance of the gas meter has risen by £15.00, once

  @REQ-011 @PP-015 @I6 @ics-utrn-internet @ics-keypad @ics-gas @takes-1h
  Scenario: A code for the electricity meter is typed in while one waits for the gas meter to wake
    Given a prepayment home with an electricity meter and a gas meter
    And a hub of today
    When 5 minutes pass
    And the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    And 1 minute pass
    And the customer is given a UTRN of £5.00 for the electricity meter by the Supplier
    And the customer types the UTRN of the Supplier for the electricity meter into the PPMID
    Then the PPMID served the customer at its keypad and display all the same
    And the balance of the electricity meter has risen by £5.00, once
