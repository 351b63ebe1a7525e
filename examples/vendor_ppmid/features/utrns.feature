@UTRN-INTERNET
Feature: UTRNs through the PPMID, without the hours

  Scenarios of the harness's own features in homes that the SM WAN never reaches, so that nobody waits for an outage of
  two hours before them. The steps, the checks and what they ask of a PPMID are the same.

  @REQ-011 @PP-006 @I1d @ics-utrn-internet @takes-3m
  Scenario: A stranger sends a UTRN in the Supplier's name
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    When a stranger sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then nothing of it reached the HAN

  @REQ-034 @I4b @PP-005 @ics-utrn-internet @takes-20m
  Scenario: The same UTRN twice
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the same UTRN is sent to the PPMID again
    Then the PPMID said that it does not know the electricity meter's answer
    And the Supplier does not know whether it was delivered
    And the balance of the electricity meter has not moved

  @REQ-026 @REQ-034 @PP-004 @PP-012 @ics-utrn-internet @takes-10m
  Scenario: The same UTRN twice, at a meter that answers to it
    Given a prepayment home with an electricity meter
    And a hub of today
    And an electricity meter that answers to a UTRN it has seen before
    And the home is beyond the SM WAN's reach for good
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the same UTRN is sent to the PPMID again
    Then the PPMID reported the meter's own result
    And the balance of the electricity meter has not moved
