@UTRN-INTERNET
Feature: UTRNs through the PPMID

  The alternative to SECMP0038: only the twenty digits travel, and the PPMID uses the commands that it has today.
  Every home here has a hub of today.

  @REQ-011 @REQ-026 @REQ-034 @I1b @PP-003 @PP-004 @PP-012 @PP-019 @ics-utrn-internet @takes-135m
  Scenario: A UTRN tops up an electricity meter while the SM WAN is down
    Given a prepayment home with an electricity meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £12.34 for the electricity meter to the PPMID
    Then the PPMID did not call it accepted before the meter had
    And the balance of the electricity meter has risen by £12.34, once
    And the PPMID reported the meter's own result
    And no text of the PPMID shows a UTRN
    And the Supplier has only the PPMID's word for it

  @REQ-026 @PP-004 @PP-012 @ics-utrn-internet @takes-135m
  Scenario: A UTRN, and the customer is on supply again
    Given a prepayment home with an electricity meter
    And a hub of today
    And the electricity meter has run out of credit
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    And the PPMID reported the meter's own result
    And the supply of the electricity meter is armed
    When the customer switches the supply of the electricity meter on at the PPMID
    Then the supply of the electricity meter is enabled

  @REQ-026 @REQ-032 @I3d @PP-003 @PP-004 @PP-012 @ics-utrn-internet @ics-gas @takes-5h
  Scenario: A UTRN waits for the gas meter to wake
    Given a prepayment home with a gas meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £12.50 for the gas meter to the PPMID
    Then the PPMID did not call it accepted before the meter had
    And the balance of the gas meter has risen by £12.50, once
    And the PPMID reported the meter's own result
    And the gas meter paid few radio exchanges for it

  @REQ-034 @I4b @PP-005 @ics-utrn-internet @takes-135m
  Scenario: The same UTRN twice
    Given a prepayment home with an electricity meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the same UTRN is sent to the PPMID again
    Then the PPMID said that it does not know the electricity meter's answer
    And the Supplier does not know whether it was delivered
    And the balance of the electricity meter has not moved

  @REQ-026 @REQ-034 @PP-004 @PP-012 @ics-utrn-internet @takes-135m
  Scenario: The same UTRN twice, at a meter that answers to it
    Given a prepayment home with an electricity meter
    And a hub of today
    And an electricity meter that answers to a UTRN it has seen before
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the same UTRN is sent to the PPMID again
    Then the PPMID reported the meter's own result
    And the balance of the electricity meter has not moved

  @REQ-011 @REQ-026 @REQ-029 @I1b @I1c @PP-004 @PP-012 @PP-019 @ics-utrn-internet @ics-gas @takes-135m
  Scenario: A UTRN of the gas meter is sent to the electricity meter
    Given a prepayment home with an electricity meter and a gas meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the gas meter's UTRN of £10.00 is sent for the electricity meter to the PPMID
    Then the balance of the electricity meter has not moved
    And the PPMID reported the meter's own result
    And no text of the PPMID shows a UTRN

  @REQ-026 @REQ-034 @I4b @ics-utrn-internet @ics-gas @takes-9h
  Scenario Outline: The PPMID's answer to a UTRN for the <meter> is lost, and the meter's own log tells
    Given a prepayment home with an electricity meter and a gas meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £10.00 for the <meter> to the PPMID
    And the PPMID's Internet line fails as soon as the UTRN is in the home
    Then the Supplier does not know whether it was delivered
    And the Supplier has not sent it again
    When the SM WAN comes back
    Then the meter's own log has told the Supplier that it was credited
    And the balance of the <meter> has risen by £10.00, once
    And the Supplier's record shows one outcome

    Examples:
      | meter             |
      | electricity meter |
      | gas meter         |

  @REQ-026 @REQ-034 @PP-004 @PP-012 @ics-utrn-internet @takes-135m
  Scenario: A UTRN that the Supplier counts by the clock is refused, since only ten bits of its counter travel
    Given a prepayment home with an electricity meter
    And a hub of today
    And a Supplier that counts its UTRNs by the clock
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the PPMID reported the meter's own result
    And the balance of the electricity meter has not moved
    And the Supplier has only the PPMID's word for it

  @REQ-026 @REQ-034 @PP-003 @PP-004 @PP-012 @ics-utrn-internet @ics-gas @takes-5h
  Scenario: A UTRN that the Supplier counts by the clock, at a gas meter
    Given a prepayment home with a gas meter
    And a hub of today
    And a Supplier that counts its UTRNs by the clock
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    Then the PPMID reported the meter's own result
    And the balance of the gas meter has not moved

  @REQ-011 @REQ-034 @PP-006 @ics-utrn-internet @ics-own-commands @ics-gas @takes-3h
  Scenario Outline: A PPMID that was parted from the <meter> asks nothing more of it, and says so
    Given a prepayment home with <home>
    And a hub of today
    And the SM WAN is up
    When the Supplier has the PPMID's join to the <meter> undone over the SM WAN
    Then the Supplier holds the PPMID's own Response
    When the Supplier sends a UTRN of £10.00 for the <meter> to the PPMID
    Then nothing of it reached the HAN
    And the PPMID said that it is not joined with the <meter>
    And the balance of the <meter> has not moved

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |

  @REQ-011 @I1b @PP-010 @PP-019 @ics-keypad @takes-2m
  Scenario: A mistyped UTRN never leaves the PPMID
    Given a prepayment home with an electricity meter
    And a hub of today
    When the customer types a UTRN of £10.00 for the electricity meter with one digit wrong
    Then nothing of it reached the HAN
    And no text of the PPMID shows a UTRN

  @REQ-011 @REQ-034 @I1b @PP-010 @PP-019 @ics-utrn-internet @takes-3m
  Scenario Outline: A UTRN is mistyped in the Supplier's app, with <slip>
    Given a prepayment home with an electricity meter
    And a hub of today
    When the customer enters a UTRN of £10.00 for the electricity meter in the Supplier's app with <slip>
    Then nothing of it reached the HAN
    And the PPMID said that it is no UTRN
    And no text of the PPMID shows a UTRN

    Examples:
      | slip                          |
      | one digit wrong               |
      | one digit missing             |
      | first digits that no UTRN has |

  @REQ-011 @I1d @PP-006 @ics-utrn-internet @takes-135m
  Scenario: A stranger sends a UTRN in the Supplier's name
    Given a prepayment home with an electricity meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When a stranger sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then nothing of it reached the HAN

  @REQ-026 @REQ-027 @REQ-028 @ics-utrn-internet @takes-30s
  Scenario Outline: A home that <coverage>
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home <coverage>
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once

    Examples:
      | coverage                              |
      | has no SM WAN yet                     |
      | is beyond the SM WAN's reach for good |

  @REQ-026 @REQ-034 @PP-004 @PP-012 @ics-utrn-internet @takes-135m
  Scenario: A customer tops up in the Supplier's app, under a session of their own
    Given a prepayment home with an electricity meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the customer logs in to the Supplier's app
    And 10 minutes pass
    And a UTRN of £10.00 for the electricity meter is entered under that session
    Then the balance of the electricity meter has risen by £10.00, once

  @REQ-011 @I1e @ics-utrn-internet @takes-20m
  Scenario: A session of the Supplier's app that was ended is used again
    Given a prepayment home with an electricity meter
    And a hub of today
    When the customer logs in to the Supplier's app
    And the customer logs out
    And a UTRN of £10.00 for the electricity meter is entered under that session
    Then the delivery service sent it to no PPMID
    And the balance of the electricity meter has not moved

  @REQ-011 @I1e @ics-utrn-internet @takes-90m
  Scenario: A session of the Supplier's app that has lain unused for an hour is used
    Given a prepayment home with an electricity meter
    And a hub of today
    When the customer logs in to the Supplier's app
    And 1 hour pass
    And a UTRN of £10.00 for the electricity meter is entered under that session
    Then the delivery service sent it to no PPMID

  @REQ-011 @I1e @ics-utrn-internet @takes-20m
  Scenario: A customer enters a UTRN for a meter of another home
    Given a prepayment home with an electricity meter
    And a hub of today
    When the customer logs in to the Supplier's app
    And a UTRN of £10.00 for an electricity meter of another home is entered under that session
    Then the delivery service sent it to no PPMID

  @REQ-011 @I1e @ics-utrn-internet @takes-20m
  Scenario: A customer of another home enters a UTRN for this one
    Given a prepayment home with an electricity meter
    And a hub of today
    When a customer of another home logs in to the Supplier's app
    And a UTRN of £10.00 for the electricity meter is entered under that session
    Then the delivery service sent it to no PPMID
