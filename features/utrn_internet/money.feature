@UTRN-INTERNET
Feature: Where the money of a UTRN goes

  A meter refuses what is more than its Supplier lets it hold, and the code stays good. What it takes repays debt by the
  Supplier's share and cap, then emergency credit, and the rest is the customer's. Emergency credit that has run out lends
  nothing until all of it is repaid.

  @REQ-026 @REQ-034 @PP-004 @PP-012 @ics-utrn-internet @ics-gas @takes-18h
  Scenario Outline: Too much for the <meter>: refused, told why, and the code is good when the meter may hold more
    Given a prepayment home with <home>
    And a hub of today
    And the <meter> holds £15.00 of at most £50.00
    And the <meter> takes at most £30.00 at a time
    And the SM WAN has been down for 2 hours
    When the customer is given a UTRN of £31.00 for the <meter> by the Supplier
    And the Supplier sends its UTRN for the <meter> to the PPMID too
    Then the PPMID reported the meter's own result
    And the balance of the <meter> has not moved
    When the customer looks at the PPMID
    And the Supplier sends a UTRN of £30.00 for the <meter> to the PPMID
    Then the balance of the <meter> has risen by £30.00, once
    When the customer looks at the PPMID
    And the Supplier sends a UTRN of £10.00 for the <meter> to the PPMID
    Then the PPMID reported the meter's own result
    And the PPMID's screen has told the customer each result as what it was
    And the balance of the <meter> has not moved
    When the SM WAN comes back
    And the Supplier has the <meter>'s prepayment configuration updated over the SM WAN
    And 40 minutes pass
    Then the Supplier holds the <meter>'s own Response
    When the same UTRN is sent to the PPMID again
    Then £0.00 of it has repaid debt, £0.00 emergency credit, and the <meter> holds £10.00 more
    When the Supplier sends its UTRN for the <meter> to the PPMID too
    Then £0.00 of it has repaid debt, £0.00 emergency credit, and the <meter> holds £31.00 more
    And the PPMID shows the balance of the <meter>

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |

  @REQ-026 @REQ-034 @PP-004 @PP-012 @ics-utrn-internet @ics-gas @takes-8h
  Scenario Outline: Too little to come out of emergency credit: the <meter> stays off, until all of it is repaid
    Given a prepayment home with <home>
    And a hub of today
    And the <meter> has used £10.00 of £10.00 of emergency credit
    And 10% of each top-up of the <meter> repays a debt of £20.00, up to £30.00 a week
    When the Supplier sends a UTRN of £5.00 for the <meter> to the PPMID
    Then £0.50 of it has repaid debt, £4.50 emergency credit, and the <meter> holds £0.00 more
    And the PPMID reported the meter's own result
    And the supply of the <meter> is disabled
    And the PPMID shows the balance of the <meter>
    When the Supplier sends a UTRN of £10.00 for the <meter> to the PPMID
    Then £1.00 of it has repaid debt, £5.50 emergency credit, and the <meter> holds £3.50 more
    And the PPMID reported the meter's own result
    And the supply of the <meter> is armed
    And the PPMID shows the balance of the <meter>

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |

  @REQ-026 @PP-012 @ics-utrn-internet @ics-gas @takes-5d
  Scenario Outline: An outage of days on emergency credit: what falls due at the <meter> waits for the next UTRN
    Given a prepayment home with <home>
    And a hub of today
    And the <meter> has used £3.00 of £10.00 of emergency credit
    And 10% of each top-up of the <meter> repays a debt of £20.00, up to £30.00 a week
    And the <meter> takes £0.50 standing charge and £0.20 of a debt of £9.00 a day
    When the SM WAN goes down
    And 3 midnights pass
    Then the <meter> has added £1.50 to the debt, and touched neither balance nor emergency credit
    When the Supplier sends a UTRN of £10.00 for the <meter> to the PPMID
    Then £3.10 of it has repaid debt, £3.00 emergency credit, and the <meter> holds £3.90 more
    And the supply of the <meter> is enabled
    And the PPMID shows the balance of the <meter>

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |

  @REQ-026 @ics-utrn-internet @takes-8d
  Scenario: The cap of the week holds back what UTRNs repay of a debt
    Given a prepayment home with an electricity meter
    And a hub of today
    And 10% of each top-up of the electricity meter repays a debt of £20.00, up to £2.00 a week
    When the Supplier sends a UTRN of £15.00 for the electricity meter to the PPMID
    Then £1.50 of it has repaid debt, £0.00 emergency credit, and the electricity meter holds £13.50 more
    When the Supplier sends a UTRN of £15.00 for the electricity meter to the PPMID
    Then £0.50 of it has repaid debt, £0.00 emergency credit, and the electricity meter holds £14.50 more
    When 6 days pass
    And the Supplier sends a UTRN of £15.00 for the electricity meter to the PPMID
    Then £0.00 of it has repaid debt, £0.00 emergency credit, and the electricity meter holds £15.00 more
    When 25 hours pass
    And the Supplier sends a UTRN of £15.00 for the electricity meter to the PPMID
    Then £1.50 of it has repaid debt, £0.00 emergency credit, and the electricity meter holds £13.50 more
