@UTRN-INTERNET
Feature: Codes of every worth, and many of them

  A code carries its worth in pence, or in whole pounds where it is more than £81.91, and it is good once: also when a hundred
  others have been used since, which is as many as a meter remembers.

  @REQ-026 @REQ-034 @PP-004 @PP-012 @ics-utrn-internet @ics-gas @takes-3h
  Scenario Outline: A UTRN of <worth> for the <meter>
    Given a prepayment home with <home>
    And a hub of today
    When the Supplier sends a UTRN of <worth> for the <meter> to the PPMID
    Then the balance of the <meter> has risen by <worth>, once
    And the PPMID reported the meter's own result

    Examples:
      | home                 | meter             | worth   |
      | an electricity meter | electricity meter | £0.01   |
      | an electricity meter | electricity meter | £81.91  |
      | an electricity meter | electricity meter | £82.00  |
      | an electricity meter | electricity meter | £250.00 |
      | a gas meter          | gas meter         | £40.96  |
      | a gas meter          | gas meter         | £81.91  |
      | a gas meter          | gas meter         | £250.00 |

  @REQ-026 @I3a @ics-gas @takes-4h
  Scenario Outline: The code that a hundred later ones have pushed out of what the <meter> remembers
    Given a prepayment home with <home>
    And a hub of today
    When the customer is given a UTRN of £5.00 for the <meter> by the Supplier
    And the customer types the UTRN of the Supplier into the <meter>'s own keypad
    Then the balance of the <meter> has risen by £5.00, once
    When the customer enters a UTRN of £1.00 at the <meter>'s own keypad, 100 times
    Then the balance of the <meter> has risen by £105.00, once
    When the customer types the UTRN of the Supplier into the <meter>'s own keypad
    Then the balance of the <meter> has not moved

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |
