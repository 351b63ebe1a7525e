@UTRN-INTERNET
Feature: A PPMID as a consumer's device on the Internet

  ETSI EN 303 645 asks of consumer devices what can be tried from outside: images (5.3, 5.7), communication (5.5), what is
  exposed (5.6), outages (5.9), deletion of a user's data (5.11), what is put in (5.13). How passwords are made, reports
  taken, secrets stored and papers written (5.1, 5.2, 5.4, 5.8, 5.10, 5.12) no test from outside can tell; a PPMID has no password.

  @REQ-011 @I1b @PP-017 @ics-utrn-internet @takes-2m
  Scenario Outline: 5.5, it speaks to its service alone: <flaw>
    Given a prepayment home with an electricity meter
    And a hub of today
    When the PPMID calls, and the delivery service answers
    And the PPMID calls, and somebody answers with <flaw>
    Then the PPMID spoke to the delivery service and to nobody else

    Examples:
      | flaw                            |
      | a certificate of another issuer |
      | a certificate that has expired  |
      | a certificate of another name   |
      | an older version of TLS         |

  @REQ-011 @I1b @PP-019 @ics-utrn-internet @takes-3m
  Scenario: 5.5 and 5.8, no text of it shows what the customer paid for
    Given a prepayment home with an electricity meter
    And a hub of today
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    And no text of the PPMID shows a UTRN

  @REQ-011 @I6 @PP-018 @takes-2m
  Scenario: 5.6, nothing is open on its Internet side but what is declared
    Given a prepayment home with an electricity meter
    And a hub of today
    When the PPMID's Internet side is scanned
    Then nothing answers there but what its maker declares

  @REQ-011 @I6 @PP-006 @ics-relay @takes-5m
  Scenario: 5.6, its Internet side is no bridge to the HAN
    Given a prepayment home with an electricity meter
    And a hub that can relay
    When a stranger sends the PPMID bare Commands for the electricity meter, and frames of the HAN
    Then nothing of it reached the HAN

  @REQ-011 @REQ-026 @I1d @I6 @PP-015 @ics-keypad @takes-5m
  Scenario: 5.9, a flood from the Internet leaves the customer's keypad alone
    Given a prepayment home with an electricity meter
    And a hub of today
    When a stranger floods the PPMID with 200 messages
    And the customer is given a UTRN of £10.00 for the electricity meter by the Supplier
    And the customer types the UTRN of the Supplier for the electricity meter into the PPMID
    Then the PPMID served the customer at its keypad and display all the same
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-026 @REQ-034 @PP-008 @ics-utrn-internet @ics-gas @takes-10h
  Scenario: 5.9, a power cut loses none of its work
    Given a prepayment home with a gas meter
    And a hub of today
    When the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    And 1 second pass
    And the PPMID's power is cut as soon as the UTRN is in the home
    Then the PPMID lost none of its work by the power cut, and did none of it twice
    And the balance of the gas meter has risen by £10.00, once

  @REQ-011 @PP-020 @ics-utrn-internet @takes-10m
  Scenario: 5.11, a factory reset takes the user's data away
    Given a prepayment home with an electricity meter
    And a hub of today
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    And 5 minutes pass
    And the customer looks at the PPMID
    And the PPMID is reset to its factory state
    Then the PPMID shows no text that it showed before

  @REQ-011 @REQ-034 @I1b @PP-010 @ics-utrn-internet @takes-3m
  Scenario Outline: 5.13, what is no UTRN goes no further: <slip>
    Given a prepayment home with an electricity meter
    And a hub of today
    When the customer enters a UTRN of £10.00 for the electricity meter in the Supplier's app with <slip>
    Then nothing of it reached the HAN
    And the PPMID said that it is no UTRN

    Examples:
      | slip                          |
      | one digit wrong               |
      | one digit missing             |
      | first digits that no UTRN has |
