@SECMP0038
Feature: Commands through the PPMID, without the hours

  Scenarios of the harness's own features in homes that the SM WAN never reaches, so that nobody waits for an outage of
  two hours before them. The steps, the checks and what they ask of a PPMID are the same.

  @REQ-004 @REQ-013 @I3a @ics-relay @takes-5m
  Scenario: A Command is sent twice inside the delivery service
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a delivery service that sends every Command twice
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the electricity meter did not act on a second copy
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-013 @REQ-029 @I1a @ics-relay @takes-15m
  Scenario Outline: A Command whose <part> is altered inside the delivery service
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a delivery service that alters the <part> of what it carries
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the electricity meter refused the altered Command
    And the balance of the electricity meter has not moved

    Examples:
      | part    |
      | payload |
      | MAC     |

  @REQ-014 @I4a @I4c @ics-relay @takes-15m
  Scenario: Somebody answers in the meter's place
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a delivery service that answers in the meter's place
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the Supplier did not take the forged Response for the meter's
    And the balance of the electricity meter has not moved

  @REQ-007 @REQ-015 @I4b @PP-005 @ics-relay @takes-20m
  Scenario: A hub of today drops the Command, and nobody says that it was delivered
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the hub passed nothing on to the electricity meter
    And the Supplier does not know whether it was delivered
    And the balance of the electricity meter has not moved

  @REQ-015 @PP-025 @ics-relay @ixit-first-word-s @ixit-esme-answer-s @takes-15m
  Scenario: It answers within the times that its maker declares
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the PPMID has answered about the electricity meter within the times that its maker declares
