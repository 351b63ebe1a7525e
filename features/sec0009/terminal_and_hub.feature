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

  @REQ-051 @takes-135m
  Scenario: A Command that is too long for a tunnel is not taken by the Hand-Held Terminal
    Given a prepayment home with an electricity meter
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    And the Users of the DCC are the Supplier and another Supplier
    And the configuration of the electricity meter has been read
    When the Hand-Held Terminal asks the hub to let it in
    Then the hub has let the Hand-Held Terminal in
    When the Supplier hands the electricity meter over to the other Supplier with the Hand-Held Terminal
    Then the Hand-Held Terminal did not take the Command, which is too long for it
    And the configuration of the electricity meter is what it was
