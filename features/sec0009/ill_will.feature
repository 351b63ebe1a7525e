@SEC0009
Feature: Ill will in an engineer's hands

  A Hand-Held Terminal is the baseline of Issue SEC0009; who holds it can alter what goes in and what comes out, mix up homes, keep
  an answer for hours, or hand an old one in, and none of it does harm.

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

  @REQ-051 @I1c @takes-15m
  Scenario: A Command of another home is in the engineer's hands
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And a Command of another home is brought with the Hand-Held Terminal
    And the Supplier has the electricity meter topped up by £10.00 with the Hand-Held Terminal
    Then the hub passed on nothing that the Hand-Held Terminal brought for another home
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-050 @REQ-051 @I4b @takes-5h
  Scenario: The engineer keeps the answer, and hands it in hours later
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier gives a top-up of the electricity meter to an engineer
    And it is brought with the Hand-Held Terminal, and the answer is kept
    Then the Supplier does not know whether it was delivered
    And the Supplier has not sent it again
    When the answer that was kept is handed in
    Then the Supplier holds the meter's own Response
    And the DCC was told of the local delivery
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-050 @REQ-051 @I4d @takes-5h
  Scenario: The engineer hands in the answer to an earlier Command for one that was never brought
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter topped up by £10.00 with the Hand-Held Terminal
    Then the Supplier holds the meter's own Response
    When the Supplier gives a top-up of the electricity meter to an engineer
    And the answer to the Command before is handed in again
    Then the Supplier did not take the answer to an earlier Command for that to the last
    And the balance of the electricity meter has risen by £10.00, once
