@UTRN-INTERNET
Feature: UTRNs of two Suppliers around a change of Supplier

  A UTRN is one Supplier's, by the certificate that the meter holds for it. Typed too early, the new Supplier's is refused
  and not used up; typed too late, the old Supplier's is void. The meter's UTRN counters go on as they were.

  @REQ-026 @REQ-029 @PP-004 @PP-021 @I1c @ics-keypad @ics-gas @takes-9h
  Scenario Outline: The <meter> is handed over to another Supplier, and each code counts on its own side
    Given a prepayment home with <home>
    And a hub of today
    And the Users of the DCC are the Supplier and another Supplier
    And the Supplier is responsible for the <meter>
    When the customer is given a UTRN of £10.00 for the <meter> by the Supplier
    And the customer is given a UTRN of £15.00 for the <meter> by the other Supplier
    And the customer looks at the PPMID
    And the customer types the UTRN of the other Supplier for the <meter> into the PPMID
    And 1 second pass
    And the customer looks at the PPMID
    Then the balance of the <meter> has not moved
    When the customer looks at the PPMID
    And the Supplier hands the <meter> over to the other Supplier over the SM WAN
    Then the Supplier holds the <meter>'s own Response
    When the <meter> changes to the other Supplier
    And the customer types the UTRN of the Supplier for the <meter> into the PPMID
    Then the balance of the <meter> has not moved
    When the customer types the UTRN of the other Supplier for the <meter> into the PPMID
    Then the balance of the <meter> has risen by £15.00, once
    And the PPMID's screen has told the customer each result as what it was
    When the customer types the UTRN of the other Supplier for the <meter> into the PPMID
    Then the balance of the <meter> has not moved

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |

  @REQ-026 @REQ-029 @PP-021 @I1c @ics-keypad @ics-gas @takes-12h
  Scenario: One home with a Supplier for each fuel: the one PPMID takes the codes of both, each for its own meter
    Given a prepayment home with an electricity meter and a gas meter
    And a hub of today
    And the Users of the DCC are the Supplier and another Supplier
    And the Supplier is responsible for the gas meter
    When the customer is given a UTRN of £10.00 for the electricity meter by the Supplier
    And the Supplier hands the gas meter over to the other Supplier over the SM WAN
    Then the Supplier holds the gas meter's own Response
    When the gas meter changes to the other Supplier
    And the customer types the UTRN of the Supplier for the electricity meter into the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the customer is given a UTRN of £15.00 for the gas meter by the other Supplier
    And the customer types the UTRN of the other Supplier for the gas meter into the PPMID
    Then the balance of the gas meter has risen by £15.00, once
    When the customer is given a UTRN of £5.00 for the gas meter by the Supplier
    And the customer types the UTRN of the Supplier for the gas meter into the PPMID
    Then the balance of the gas meter has not moved
