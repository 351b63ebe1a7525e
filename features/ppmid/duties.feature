@UTRN-INTERNET
Feature: What the PPMID owes customer and meters by itself

  A PPMID has few commands of its own: top-up, emergency credit, and supply at an electricity meter. It goes on serving
  whoever stands before it, whatever happens on its Internet side or to its power.

  @REQ-026 @PP-013 @ics-keypad @takes-5m
  Scenario: Emergency credit, a top-up and supply from the PPMID, at an electricity meter
    Given a prepayment home with an electricity meter
    And a hub of today
    And the electricity meter has run out of credit
    When the customer chooses emergency credit for the electricity meter at the PPMID
    Then the emergency credit of the electricity meter is in force
    When the customer is given a UTRN of £10.00 for the electricity meter by the Supplier
    And the customer types the UTRN of the Supplier for the electricity meter into the PPMID
    And the customer switches the supply of the electricity meter on at the PPMID
    Then the supply of the electricity meter is enabled
    And the PPMID asked nothing of the meters but what they take from a PPMID

  @REQ-026 @PP-013 @ics-keypad @ics-gas @takes-2h
  Scenario: Emergency credit from the PPMID, at a gas meter
    Given a prepayment home with a gas meter
    And a hub of today
    And the gas meter has run out of credit
    When 5 minutes pass
    And the customer chooses emergency credit for the gas meter at the PPMID
    And 40 minutes pass
    Then the hub passed what the PPMID asked of the gas meter on unaltered
    And the emergency credit of the gas meter is in force
    And the PPMID asked nothing of the meters but what they take from a PPMID

  @REQ-026 @PP-013 @ics-keypad @takes-5m
  Scenario: Emergency credit that is in use already is chosen once more
    Given a prepayment home with an electricity meter
    And a hub of today
    And the electricity meter has used £3.00 of £10.00 of emergency credit
    When the customer chooses emergency credit for the electricity meter at the PPMID
    And 1 minute pass
    Then the electricity meter has added £0.00 to the debt, and touched neither balance nor emergency credit
    And the PPMID asked nothing of the meters but what they take from a PPMID

  @REQ-026 @PP-009 @PP-011 @PP-013 @ics-keypad @ics-gas @takes-12h
  Scenario: A gas meter is topped up before and after a factory reset of the PPMID
    Given a prepayment home with a gas meter
    And a hub of today
    When the customer is given a UTRN of £10.00 for the gas meter by the Supplier
    And the customer types the UTRN of the Supplier for the gas meter into the PPMID
    Then the balance of the gas meter has risen by £10.00, once
    When the PPMID is reset to its factory state
    And the customer is given a UTRN of £5.00 for the gas meter by the Supplier
    And the customer types the UTRN of the Supplier for the gas meter into the PPMID
    And 40 minutes pass
    Then the PPMID used no Originator Counter of its own a second time
    And the balance of the gas meter has risen by £15.00, once
    And the PPMID sent the gas meter its codes digit for digit, by that meter's own command
    And the PPMID asked nothing of the meters but what they take from a PPMID

  @REQ-026 @PP-011 @ics-utrn-internet @ics-keypad @takes-5m
  Scenario: A UTRN from the Internet and one from the keypad, for an electricity meter
    Given a prepayment home with an electricity meter
    And a hub of today
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    And the customer is given a UTRN of £5.00 for the electricity meter by the Supplier
    And the customer types the UTRN of the Supplier for the electricity meter into the PPMID
    Then the PPMID sent the electricity meter its codes digit for digit, by that meter's own command
    And no Command travelled with the UTRN
    And the balance of the electricity meter has risen by £15.00, once

  @REQ-011 @REQ-026 @PP-015 @I6 @ics-keypad @takes-5m
  Scenario: The keypad serves while the Internet line is down
    Given a prepayment home with an electricity meter
    And a hub of today
    When the PPMID's Internet line goes down
    And the customer is given a UTRN of £10.00 for the electricity meter by the Supplier
    And the customer types the UTRN of the Supplier for the electricity meter into the PPMID
    Then the PPMID served the customer at its keypad and display all the same
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-011 @REQ-026 @PP-015 @I6 @ics-keypad @takes-5m
  Scenario: The keypad serves while nothing gets through on the Internet line
    Given a prepayment home with an electricity meter
    And a hub of today
    And an Internet line that carries nothing, though it is up
    When the Supplier sends a UTRN of £20.00 for the electricity meter to the PPMID
    And the customer is given a UTRN of £10.00 for the electricity meter by the Supplier
    And the customer types the UTRN of the Supplier for the electricity meter into the PPMID
    Then the PPMID served the customer at its keypad and display all the same
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-011 @REQ-026 @PP-015 @I6 @I1d @ics-keypad @takes-5m
  Scenario: The keypad serves while a stranger floods the Internet side
    Given a prepayment home with an electricity meter
    And a hub of today
    When a stranger floods the PPMID with 200 messages
    And the customer is given a UTRN of £10.00 for the electricity meter by the Supplier
    And the customer types the UTRN of the Supplier for the electricity meter into the PPMID
    Then the PPMID served the customer at its keypad and display all the same
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-026 @REQ-034 @PP-008 @PP-009 @PP-016 @ics-utrn-internet @ics-gas @takes-10h
  Scenario: Two UTRNs for a gas meter are under way when the PPMID loses power, and then its Internet line
    Given a prepayment home with a gas meter
    And a hub of today
    When the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    And the Supplier sends a UTRN of £5.00 for the gas meter to the PPMID
    And 1 second pass
    And the PPMID's power is cut as soon as the UTRN is in the home
    And the PPMID's Internet line goes down
    And 90 minutes pass
    And the PPMID's power is cut and comes back
    And the PPMID's Internet line comes back
    Then the PPMID used no Originator Counter of its own a second time
    And the PPMID lost none of its work by the power cut, and did none of it twice
    And the balance of the gas meter has risen by £15.00, once

  @REQ-011 @PP-020 @ics-utrn-internet @ics-gas @ics-relay @takes-2h
  Scenario: What was under way at a factory reset is nobody's any more
    Given a prepayment home with an electricity meter and a gas meter
    And a hub that can relay
    When the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    And the Supplier sends a UTRN of £5.00 for the gas meter to the PPMID
    And the Supplier sends a UTRN of £3.00 for the gas meter to the PPMID
    And the Supplier has the gas meter topped up by £20.00 through the PPMID
    And 5 seconds pass
    And the PPMID's Internet line goes down
    And 1 minute pass
    And the PPMID is reset to its factory state
    And the PPMID's Internet line comes back
    And the Supplier sends a UTRN of £2.00 for the electricity meter to the PPMID
    And 40 minutes pass
    Then the PPMID has done nothing more of what was asked before its reset, or by those it knew then

  @REQ-011 @I6 @PP-018 @takes-2m
  Scenario: A scan of the PPMID's Internet side
    Given a prepayment home with an electricity meter
    And a hub of today
    When the PPMID's Internet side is scanned
    Then nothing answers there but what its maker declares

  @REQ-011 @I1b @PP-017 @ics-utrn-internet @takes-2m
  Scenario Outline: Somebody answers the PPMID's call with <flaw>
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

  @REQ-011 @PP-016 @ics-utrn-internet @takes-2m
  Scenario: The delivery service is away, and not all PPMIDs call again at once
    Given a prepayment home with an electricity meter
    And a hub of today
    When the PPMID calls in vain, 5 times
    And the PPMID calls in vain, 5 times
    Then the PPMID did not call again on the same beat
