@SEC0009
Feature: What a Hand-Held Terminal that is connected changes at the hub

  A connected terminal stands in the hub's device log like any device: a Command strikes it off, and it may leave by
  itself. While it is there, the hub scans for no other channel at 868 MHz.

  @REQ-051 @I2d @takes-10m
  Scenario: A Hand-Held Terminal that is struck off the device log is sent away
    Given a prepayment home with an electricity meter
    And an engineer with a Hand-Held Terminal
    And the SM WAN is up
    When the Hand-Held Terminal asks the hub to let it in
    Then the hub has let the Hand-Held Terminal in
    When the Supplier has the hub's device log cleared of the Hand-Held Terminal over the SM WAN
    Then the hub has sent the Hand-Held Terminal away

  @REQ-051 @takes-15m
  Scenario: No scan for another channel while a Hand-Held Terminal is connected
    Given a prepayment home with an electricity meter
    And an engineer with a Hand-Held Terminal
    And the SM WAN is up
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the hub's quieter sub-GHz channel looked for over the SM WAN
    Then the hub has refused the scan, since a Hand-Held Terminal is connected
    When the Hand-Held Terminal leaves
    Then the Hand-Held Terminal told the hub that it left
    When the Supplier has the hub's quieter sub-GHz channel looked for over the SM WAN
    Then the hub has taken the scan up
