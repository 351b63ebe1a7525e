@UTRN-INTERNET
Feature: A UTRN at a meter that is locked, loses power, or has more to do

  The PPMID brings the digits; what becomes of them is the meter's. A code that was refused for a while is no used code,
  and a used one is used, whatever happens to the meter's power.

  @REQ-026 @REQ-029 @I1c @PP-004 @ics-utrn-internet @ics-gas @takes-9h
  Scenario: Five codes of the gas meter lock the electricity meter, and a good code waits until it opens again
    Given a prepayment home with an electricity meter and a gas meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When five UTRNs of the gas meter are sent for the electricity meter to the PPMID, one after the other
    And the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the PPMID reported the meter's own result
    And the balance of the electricity meter has not moved
    When 61 minutes pass
    And the same UTRN is sent to the PPMID again
    Then the balance of the electricity meter has risen by £10.00, once

  @REQ-026 @I1c @PP-010 @ics-utrn-internet @ics-keypad @takes-135m
  Scenario: Slips that the PPMID finds are no tries at the electricity meter
    Given a prepayment home with an electricity meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the customer types a UTRN of £10.00 for the electricity meter with one digit wrong
    And the customer types a UTRN of £10.00 for the electricity meter with one digit missing
    And the customer types a UTRN of £10.00 for the electricity meter with first digits that no UTRN has
    And the customer types a UTRN of £10.00 for the electricity meter with one digit wrong
    And the customer types a UTRN of £10.00 for the electricity meter with one digit missing
    And the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once

  @REQ-026 @I1c @ics-utrn-internet @ics-gas @takes-3h
  Scenario: A meter that is locked for codes takes the Supplier's Command
    Given a prepayment home with an electricity meter and a gas meter
    And a hub of today
    And the SM WAN is up
    When five UTRNs of the gas meter are sent for the electricity meter to the PPMID, one after the other
    And the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the balance of the electricity meter has risen by £10.00, once

  @REQ-026 @REQ-029 @I3a @ics-utrn-internet @takes-135m
  Scenario Outline: The electricity meter loses power <delay> after it has credited a UTRN
    Given a prepayment home with an electricity meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    And the electricity meter's power is cut <delay> after it has credited it
    Then the balance of the electricity meter has risen by £10.00, once
    And the electricity meter's own register has not fallen
    When the same UTRN is sent to the PPMID again
    Then the balance of the electricity meter has not moved

    Examples:
      | delay            |
      | 1 millisecond    |
      | 200 milliseconds |
      | 400 milliseconds |

  @REQ-026 @REQ-029 @I3a @ics-utrn-internet @ics-gas @takes-9h
  Scenario: The gas meter loses power just after it has credited a UTRN
    Given a prepayment home with a gas meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £12.50 for the gas meter to the PPMID
    And the gas meter's power is cut 200 milliseconds after it has credited it
    Then the balance of the gas meter has risen by £12.50, once
    And the gas meter's own register has not fallen
    When the same UTRN is sent to the PPMID again
    Then the balance of the gas meter has not moved

  @REQ-026 @PP-004 @PP-012 @ics-utrn-internet @takes-3h
  Scenario: Credited, armed and on supply are three things, and an adjustment is none of them
    Given a prepayment home with an electricity meter
    And a hub of today
    And the electricity meter has run out of credit
    And the electricity meter holds -£0.40
    And the SM WAN is up
    When the Supplier has the electricity meter's balance adjusted over the SM WAN
    And the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the PPMID reported the meter's own result
    And the balance of the electricity meter has risen by £11.00, once
    And the supply of the electricity meter is armed
    When 30 minutes pass
    Then the supply of the electricity meter is armed
    When the customer switches the supply of the electricity meter on at the PPMID
    Then the supply of the electricity meter is enabled

  @REQ-026 @PP-004 @PP-012 @ics-utrn-internet @ics-gas @takes-9h
  Scenario: Nobody but a person at the gas meter can switch it on
    Given a prepayment home with a gas meter
    And a hub of today
    And the gas meter has run out of credit
    And the gas meter holds -£0.40
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    Then the balance of the gas meter has risen by £10.00, once
    And the supply of the gas meter is armed
    When the customer switches the supply of the gas meter on at the PPMID
    Then the supply of the gas meter is armed
    When a person holds the button of the gas meter
    Then the supply of the gas meter is enabled

  @REQ-026 @REQ-034 @I4b @PP-012 @ics-utrn-internet @ics-gas @takes-9h
  Scenario Outline: An adjustment by as much is no proof of a UTRN that never came
    Given a prepayment home with an electricity meter and a gas meter
    And a hub of today
    And the SM WAN is up
    When the PPMID's Internet line goes down
    And the Supplier has the <meter>'s balance adjusted over the SM WAN
    And the Supplier sends a UTRN of £1.00 for the <meter> to the PPMID
    Then the Supplier does not know whether it was delivered
    And the Supplier has not sent it again
    When the PPMID's Internet line comes back
    And 40 minutes pass
    Then the Supplier has not sent it again
    And the balance of the <meter> has risen by £2.00, once
    And the Supplier has only the PPMID's word for it
    And the Supplier's record shows one outcome

    Examples:
      | meter             |
      | electricity meter |
      | gas meter         |

  @REQ-026 @REQ-034 @I4b @PP-012 @ics-utrn-internet @ics-gas @takes-9h
  Scenario Outline: Another UTRN of as much is no proof of a UTRN that never came
    Given a prepayment home with an electricity meter and a gas meter
    And a hub of today
    And the SM WAN is up
    When the PPMID's Internet line goes down
    And the customer enters a UTRN of £1.00 at the <meter>'s own keypad
    And the Supplier sends a UTRN of £1.00 for the <meter> to the PPMID
    Then the Supplier does not know whether it was delivered
    And the Supplier has not sent it again
    When the PPMID's Internet line comes back
    And 40 minutes pass
    Then the Supplier has not sent it again
    And the balance of the <meter> has risen by £2.00, once
    And the Supplier has only the PPMID's word for it
    And the Supplier's record shows one outcome

    Examples:
      | meter             |
      | electricity meter |
      | gas meter         |
