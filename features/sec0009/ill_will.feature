@SEC0009
Feature: Ill will in an engineer's hands

  A Hand-Held Terminal is the baseline of Issue SEC0009; who holds it can alter what goes in and what comes out, and neither does harm.

  @REQ-051 @I1a @takes-15m
  Scenario: A Hand-Held Terminal alters what it carries
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer's Hand-Held Terminal that alters what it carries
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter topped up by £10.00 with the Hand-Held Terminal
    Then the electricity meter refused the altered Command
    And the balance of the electricity meter has not moved

  @REQ-050 @REQ-051 @I4a @I4c @takes-15m
  Scenario: A Hand-Held Terminal alters the answer
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer's Hand-Held Terminal that alters the answers
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter topped up by £10.00 with the Hand-Held Terminal
    Then the Supplier did not take the forged Response for the meter's
    And the balance of the electricity meter has risen by £10.00, once
