@SECMP0038
Feature: Over the SM WAN and round it, side by side

  The same Service Request goes once over the SM WAN and, when that is down, once through the PPMID. Outcome and count are
  alike; what differs is the way on the DCC's record, the time, and the order: round it, the Supplier knows before the DCC.

  @REQ-016 @I5 @ics-relay @takes-30m
  Scenario: A top-up of an electricity meter
    Given a prepayment home with an electricity meter
    And a hub that can relay
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the DCC has on record how it was delivered
    And the count of top-ups in the DCC's anomaly detection is 1
    When the SM WAN goes down
    And the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the two requests came to the same outcome, over the SM WAN and round it
    And the DCC has on record how it was delivered
    And the count of top-ups in the DCC's anomaly detection is 2
    And the balance of the electricity meter has risen by £20.00, once

  @REQ-016 @I5 @ics-relay @ics-gas @takes-5h
  Scenario: A top-up of a gas meter
    Given a prepayment home with a gas meter
    And a hub that can relay
    When the Supplier has the gas meter topped up by £10.00 over the SM WAN
    Then the DCC has on record how it was delivered
    When the SM WAN goes down
    And the Supplier has the gas meter topped up by £10.00 through the PPMID
    Then the two requests came to the same outcome, over the SM WAN and round it
    And the DCC has on record how it was delivered
    And the balance of the gas meter has risen by £20.00, once

  @REQ-016 @I5 @ics-relay @takes-30m
  Scenario Outline: <service> of an electricity meter
    Given a prepayment home with an electricity meter
    And a hub that can relay
    When the Supplier has the electricity meter's <service> over the SM WAN
    Then the DCC has on record how it was delivered
    When the SM WAN goes down
    And the Supplier has the electricity meter's <service> through the PPMID
    Then the two requests came to the same outcome, over the SM WAN and round it
    And the DCC has on record how it was delivered

    Examples:
      | service        |
      | supply enabled |
      | balance read   |

  @REQ-004 @REQ-015 @REQ-016 @I4e @I5 @ics-relay @takes-10m
  Scenario Outline: The SM WAN is up, and the hub returns the Response <ways>
    Given a prepayment home with an electricity meter
    And a hub that can relay, and returns each Response <ways>
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the hub brought the electricity meter's Response back to the PPMID
    And the Supplier holds the meter's own Response
    And the DCC was told of the local delivery
    And the DCC has on record how it was delivered
    And the Supplier's record shows one outcome

    Examples:
      | ways                            |
      | by the way of its Command alone |
      | over the SM WAN too             |
