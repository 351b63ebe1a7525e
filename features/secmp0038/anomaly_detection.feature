@SECMP0038
Feature: What the DCC's anomaly detection sees

  The DCC makes every Command, by whatever way it travels. So Threshold Anomaly Detection counts a Command for the PPMID
  as it counts one for the SM WAN, and can quarantine it. How often a Command is delivered afterwards, it cannot see.

  @REQ-016 @I5 @ics-relay @takes-30m
  Scenario: A top-up through the PPMID counts as one over the SM WAN
    Given a prepayment home with an electricity meter
    And a hub that can relay
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the count of top-ups in the DCC's anomaly detection is one
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the count of top-ups in the DCC's anomaly detection is two
    When the Supplier has the electricity meter topped up by £10.00 both ways
    Then the count of top-ups in the DCC's anomaly detection is three
    And the balance of the electricity meter has risen by £30.00, once

  @REQ-013 @REQ-016 @I3a @I5 @ics-relay @takes-135m
  Scenario: A captured Command is delivered three times and counted once
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the same Command is delivered through the PPMID again
    And the same Command is delivered through the PPMID again
    Then the electricity meter did not act on a second copy
    And the balance of the electricity meter has not moved
    And the DCC's anomaly detection has counted the top-up, and none of its deliveries

  @REQ-015 @REQ-016 @I4b @I5 @ics-relay @takes-3h
  Scenario: A top-up past the Supplier's threshold waits in quarantine until the DCC releases it
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    And the Supplier has set a quarantine threshold of two top-ups
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    And the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the DCC holds it in quarantine, past the Supplier threshold
    And the balance of the electricity meter has not moved
    And the Supplier knows that it is quarantined
    And the Supplier has not sent it again
    When the DCC releases the quarantined request
    Then the Supplier holds the meter's own Response
    And the balance of the electricity meter has risen by £20.00, once
    And the Supplier's record shows one outcome
    And the DCC was told of the local delivery

  @REQ-015 @REQ-016 @I5 @ics-relay @takes-135m
  Scenario: A top-up past the DCC's threshold is deleted
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    And the DCC has set a quarantine threshold of no top-ups
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the DCC holds it in quarantine, past the DCC threshold
    And the Supplier knows that it is quarantined
    When the DCC deletes the quarantined request
    Then the Supplier does not know whether it was delivered
    And the balance of the electricity meter has not moved

  @REQ-016 @I5 @ics-relay @takes-30m
  Scenario Outline: A top-up beyond the DCC's limit of values goes <way> only when it is released
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the DCC has set a limit of £49.00 for a top-up
    When the Supplier has the electricity meter topped up by £50.00 <way>
    Then the DCC holds it in quarantine, past the value limit
    And the balance of the electricity meter has not moved
    When the DCC releases the quarantined request
    Then the balance of the electricity meter has risen by £50.00, once
    And the Supplier holds the meter's own Response

    Examples:
      | way               |
      | over the SM WAN   |
      | through the PPMID |
