@UTRN-INTERNET @REQ-034
Feature: What the PPMID shows of the meters

  Electricity is read at its meter. The gas meter sleeps: what is shown of it comes from the mirror in the hub, to which it
  reports every half hour. Such a figure may be half an hour old, and is shown with its time.

  Background:
    Given a prepayment home with an electricity meter and a gas meter
    And the gas meter holds £1.20

  @PP-012 @takes-45m
  Scenario: A balance that the gas meter reported before its last top-up is shown with the time of the report
    When 40 minutes pass
    And the customer enters a UTRN of £12.50 at the gas meter's own keypad
    And 5 minutes pass
    Then the PPMID shows the balance of the electricity meter
    And the gas proxy told the PPMID the balance as the gas meter had last reported it
    And the PPMID shows the gas balance with the time of the gas meter's report

  @PP-012 @takes-70m
  Scenario: Half an hour later the gas meter has reported again
    When 40 minutes pass
    And the customer enters a UTRN of £12.50 at the gas meter's own keypad
    And 25 minutes pass
    Then the gas proxy told the PPMID the balance as the gas meter had last reported it
    And the PPMID shows the gas balance with the time of the gas meter's report

  @I4b @PP-003 @PP-012 @ics-gas @takes-3h
  Scenario: A balance that has risen by another top-up is no proof of this one
    When the customer enters a UTRN of £12.50 at the gas meter's own keypad
    And 40 minutes pass
    And the Supplier sends a UTRN of £12.50 for the gas meter to the PPMID
    Then the gas proxy told the PPMID the balance as the gas meter had last reported it
    And the PPMID shows the gas balance with the time of the gas meter's report
    And the PPMID did not call it accepted before the meter had
    And the PPMID reported the meter's own result

  @PP-012 @takes-10m
  Scenario: A customer who owes money sees that it is owed
    Given the electricity meter holds -£4.07
    When the customer looks at the PPMID
    Then the PPMID shows the balance of the electricity meter
