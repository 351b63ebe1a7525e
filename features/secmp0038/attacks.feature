@SECMP0038
Feature: Ill will on the way

  What is altered, forged or suppressed on the four interfaces of the risk question does no harm.

  @REQ-013 @REQ-029 @I1a @ics-relay @takes-135m
  Scenario Outline: A Command whose <part> is altered inside the delivery service
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a delivery service that alters the <part> of what it carries
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the electricity meter refused the altered Command
    And the balance of the electricity meter has not moved

    Examples:
      | part    |
      | payload |
      | MAC     |

  @REQ-004 @REQ-013 @I3a @ics-relay @takes-135m
  Scenario: A Command is sent twice inside the delivery service
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a delivery service that sends every Command twice
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the electricity meter did not act on a second copy
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-011 @PP-006 @I1c @ics-relay @takes-2m
  Scenario: A Command for a meter of another home
    Given a prepayment home with an electricity meter
    And a hub that can relay
    When the Supplier's Command for an electricity meter of another home is sent to the PPMID
    Then nothing of it reached the HAN

  @REQ-004 @REQ-012 @I2c @ics-relay @takes-5h
  Scenario: The PPMID brings a kind of Command that the hub does not relay
    Given a prepayment home with an electricity meter
    And a hub that relays top-ups alone
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter's balance read through the PPMID
    Then the hub passed no Commands but top-ups on to the electricity meter
    And the Supplier does not know whether it was delivered
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once

  @REQ-012 @I2d @ics-relay @takes-15m
  Scenario: A device that has not joined sends a Command to the hub, in its own name and as the PPMID
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a stranger with a Hand-Held Terminal that holds no certificate
    And the SM WAN has been down for 5 minutes
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter topped up by £10.00 with the Hand-Held Terminal
    Then the hub passed nothing to the electricity meter of who has not joined
    And the balance of the electricity meter has not moved

  @REQ-012 @I2e @ics-relay @takes-135m
  Scenario: A Hand-Held Terminal asks to be let in long after power on
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And an engineer with a Hand-Held Terminal
    And the SM WAN has been down for 2 hours
    When the Hand-Held Terminal asks the hub to let it in
    Then the hub has not let the Hand-Held Terminal in

  @REQ-011 @PP-007 @I1d @ics-relay @takes-135m
  Scenario: A Command altered on the Internet
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And an Internet line that alters what it carries
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then nothing of it reached the HAN

  @REQ-014 @I4a @I4c @ics-relay @takes-135m
  Scenario: Somebody answers in the meter's place
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a delivery service that answers in the meter's place
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the Supplier did not take the forged Response for the meter's
    And the balance of the electricity meter has not moved

  @REQ-014 @I4d @ics-relay @takes-5h
  Scenario: Somebody answers with the meter's Response to an earlier Command
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a delivery service that answers with the meter's Response to an earlier Command
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the Supplier holds the meter's own Response
    When the Supplier has the electricity meter topped up by £20.00 through the PPMID
    Then the Supplier did not take the forged Response for the meter's
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-011 @REQ-012 @PP-014 @I2a @ics-relay @takes-3h
  Scenario: More Commands than a PPMID may relay in an hour
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 5 minutes
    When the Supplier has the electricity meter's balance read through the PPMID, 70 times
    Then the PPMID relayed no more than it may in an hour, and said so of the rest

  @REQ-014 @REQ-015 @REQ-016 @PP-016 @I4b @I4e @I5 @ics-relay @takes-5h
  Scenario: The Response is held up until the PPMID's Internet line is back
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the PPMID's Internet line fails as soon as the Command is in the home
    Then the Supplier does not know whether it was delivered
    When the PPMID's Internet line comes back
    Then the PPMID passed the Response back unaltered
    And the Supplier holds the meter's own Response
    And the DCC was told of the local delivery
    And the balance of the electricity meter has risen by £10.00, once
