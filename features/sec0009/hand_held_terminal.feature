@SEC0009
Feature: What an engineer does with a Hand-Held Terminal, where there is no SM WAN

  The baseline of Issue SEC0009: an engineer in the home has the hub let a Hand-Held Terminal in, delivers Commands that
  the DCC has given for local delivery, and the Supplier returns the Responses to the DCC. What it can deliver, as the
  same octets, the PPMID can.

  @REQ-049 @REQ-050 @REQ-051 @I5 @takes-5m
  Scenario: A top-up with the Hand-Held Terminal, and its Response returned to the DCC by the Supplier
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    Then the hub has let the Hand-Held Terminal in
    When the Supplier has the electricity meter topped up by £20.00 with the Hand-Held Terminal
    Then the Hand-Held Terminal passed the Command on unaltered
    And the Hand-Held Terminal brought the Response back unaltered
    And the balance of the electricity meter has risen by £20.00, once
    And the Supplier holds the meter's own Response
    And the DCC was told of the local delivery

  @REQ-049 @REQ-050 @REQ-051 @takes-10m
  Scenario: The balance read with the Hand-Held Terminal
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter's balance read with the Hand-Held Terminal
    Then the Supplier has read the balance that the electricity meter shows
    And the DCC was told of the local delivery

  @REQ-049 @REQ-050 @REQ-051 @takes-10m
  Scenario: The supply disabled and enabled with the Hand-Held Terminal
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter's supply disabled with the Hand-Held Terminal
    Then the Supplier holds the meter's own Response
    And the supply of the electricity meter is disabled
    When the Supplier has the electricity meter's supply enabled with the Hand-Held Terminal
    Then the Supplier holds the meter's own Response
    And the supply of the electricity meter is enabled
    And the DCC was told of the local delivery

  @REQ-049 @REQ-050 @REQ-051 @takes-3h
  Scenario: A top-up of a gas meter with the Hand-Held Terminal
    Given a prepayment home with a gas meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the gas meter topped up by £10.00 with the Hand-Held Terminal
    Then the balance of the gas meter has risen by £10.00, once
    And the Supplier holds the meter's own Response
    And the DCC was told of the local delivery

  @REQ-051 @REQ-056 @ics-relay @takes-15m
  Scenario Outline: The electricity meter's <service>: with the Hand-Held Terminal and through the PPMID
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter's <service> with the Hand-Held Terminal
    And the same Command is delivered through the PPMID again
    Then the electricity meter's Command was the same octets by both
    And the Supplier holds the meter's own Response
    And the Supplier's record shows one outcome

    Examples: The Supplier signs it
      | service                          |
      | balance adjusted                 |
      | payment mode set to credit       |
      | prepayment configuration updated |
      | debt updated                     |
      | clock set                        |
      | supply disabled                  |
      | supply enabled                   |

    Examples: The Supplier does not sign it
      | service                   |
      | message displayed         |
      | privacy PIN disabled      |
      | prepayment registers read |
      | balance read              |
      | supply status read        |
      | firmware version read     |

  @REQ-051 @REQ-056 @ics-relay @ics-gas @takes-5h
  Scenario Outline: The gas meter's <service>: with the Hand-Held Terminal and through the PPMID
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the gas meter's <service> with the Hand-Held Terminal
    And the same Command is delivered through the PPMID again
    And 40 minutes pass
    Then the gas meter's Command was the same octets by both
    And the Supplier holds the meter's own Response
    And the Supplier's record shows one outcome

    Examples: The Supplier signs it
      | service                    |
      | balance adjusted           |
      | payment mode set to credit |
      | supply disabled            |

    Examples: The Supplier does not sign it
      | service                   |
      | prepayment registers read |
      | balance read              |

  @REQ-051 @REQ-056 @ics-relay @takes-15m
  Scenario Outline: The hub's <service>: with the Hand-Held Terminal and through the PPMID
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the hub's <service> with the Hand-Held Terminal
    And the same Command is delivered through the PPMID again
    Then the hub's Command was the same octets by both
    And the hub answered the Command for its device log and radio itself
    And the DCC was told of the local delivery

    Examples:
      | service                    |
      | device log read            |
      | device log backed up       |
      | sub-GHz configuration read |
      | sub-GHz channel read       |
      | sub-GHz channel log read   |
      | event log read             |
      | security log read          |

  @REQ-051 @REQ-056 @ics-relay @ics-gas @takes-3h
  Scenario: The gas proxy's prepayment registers read: with the Hand-Held Terminal and through the PPMID
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the gas proxy's prepayment registers read with the Hand-Held Terminal
    And the same Command is delivered through the PPMID again
    Then the gas proxy's Command was the same octets by both
    And the hub answered the Command for its gas proxy itself
    And the Supplier holds the gas proxy's own Response

  @REQ-051 @REQ-056 @I4e @ics-relay @takes-15m
  Scenario: A top-up with the Hand-Held Terminal, and the same Command through the PPMID, is credited once
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter topped up by £10.00 with the Hand-Held Terminal
    And the same Command is delivered through the PPMID again
    Then the electricity meter's Command was the same octets by both
    And the balance of the electricity meter has risen by £10.00, once
    And the Supplier's record shows one outcome

  @REQ-051 @REQ-062 @I2e @takes-3h
  Scenario: An hour after power on the hub lets nobody in, until its power is cut and comes back
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When 60 minutes pass
    And 10 seconds pass
    And the Hand-Held Terminal asks the hub to let it in
    Then the hub has not let the Hand-Held Terminal in
    When the hub's power is cut and comes back
    And 50 minutes pass
    And the Hand-Held Terminal asks the hub to let it in
    Then the hub has let the Hand-Held Terminal in

  @REQ-051 @REQ-062 @I2d @takes-10m
  Scenario: A stranger's Hand-Held Terminal gets no Command into the home
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And a stranger with a Hand-Held Terminal that holds no certificate
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter topped up by £10.00 with the Hand-Held Terminal
    Then the hub passed nothing to the electricity meter of who has not joined
    And the balance of the electricity meter has not moved
