@SECMP0038 @REQ-006
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

  @REQ-013 @REQ-029 @I1a @ics-relay @ics-gas @takes-2h
  Scenario: A Command that the DCC alters after the Supplier has signed it, and seals for the meter as ever
    Given a prepayment home with a gas meter
    And a hub that can relay
    And a DCC that alters what the Supplier has signed
    And the gas meter has run out of credit
    When the Supplier has the gas meter's emergency credit activated both ways
    And 40 minutes pass
    Then the gas meter refused the altered Command

  @REQ-013 @I3a @ics-relay @takes-15m
  Scenario: A signed Command that the meter has executed is brought once more, and after a cut of its power again
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a delivery service that sends every Command twice
    And the electricity meter has run out of credit
    When the Supplier has the electricity meter's emergency credit activated through the PPMID
    Then the emergency credit of the electricity meter is in force
    And the electricity meter did not act on a second copy
    When the electricity meter's power is cut and comes back
    And the same Command is delivered through the PPMID again
    And 1 minute pass
    And the same Command is delivered through the PPMID again
    Then the electricity meter did not act on a second copy

  @REQ-013 @REQ-015 @PP-007 @I3a @ics-relay @takes-10m
  Scenario: Somebody plays back what has gone over the Internet line, and the PPMID has been without power since
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And an Internet line on which somebody plays everything back
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the PPMID's power is cut as soon as the Command is in the home
    And 2 minutes pass
    Then the PPMID did not pass a copy on again
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-013 @REQ-015 @PP-007 @I3a @ics-relay @takes-5m
  Scenario: A sender that has heard nothing yet asks anew, by the same request id
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a delivery service in hostile hands, which asks everything anew under its request id
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    And the PPMID did not pass a copy on again

  @REQ-011 @PP-006 @I1d @ics-relay @takes-2m
  Scenario Outline: A delivery service in hostile hands <does>
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a delivery service in hostile hands, which <does>
    When the Supplier has the electricity meter's balance read through the PPMID
    Then nothing of it reached the HAN

    Examples:
      | does                               |
      | names another target               |
      | passes a Command off as a Response |

  @REQ-011 @PP-006 @I1c @ics-relay @takes-2m
  Scenario: A Command for a meter of another home
    Given a prepayment home with an electricity meter
    And a hub that can relay
    When the Supplier's Command for an electricity meter of another home is sent to the PPMID
    Then nothing of it reached the HAN

  @REQ-011 @I1b @PP-017 @ics-relay @takes-2m
  Scenario Outline: A PPMID that relays Commands calls, and somebody answers with <flaw>
    Given a prepayment home with an electricity meter
    And a hub that can relay
    When the PPMID calls, and the delivery service answers
    And the PPMID calls, and somebody answers with <flaw>
    Then the PPMID spoke to the delivery service and to nobody else

    Examples:
      | flaw                            |
      | a certificate of another issuer |
      | an older version of TLS         |

  @REQ-011 @I1e @ics-relay @takes-20m
  Scenario: An account of the Supplier's app is taken over where Commands are relayed
    Given a prepayment home with an electricity meter
    And a hub that can relay
    When the customer logs in to the Supplier's app
    And the customer logs out
    And a UTRN of £10.00 for the electricity meter is entered under that session
    Then the delivery service sent it to no PPMID
    When the Supplier has the electricity meter topped up by £20.00 through the PPMID
    Then the balance of the electricity meter has risen by £20.00, once

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

  @REQ-012 @I2e @ics-relay @takes-2h
  Scenario: A Hand-Held Terminal that came within the hour leaves, and asks once more after it
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And an engineer with a Hand-Held Terminal
    When 50 minutes pass
    And the Hand-Held Terminal asks the hub to let it in
    Then the hub has let the Hand-Held Terminal in
    When the Hand-Held Terminal leaves
    And 15 minutes pass
    And the Hand-Held Terminal asks the hub to let it in
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

  @REQ-012 @I2b @ics-relay @ics-gas @takes-5h
  Scenario: Rubbish is put in the gas meter's queue behind a Command of the DCC
    Given a prepayment home with a gas meter
    And a hub that can relay
    When the Supplier has the gas meter topped up by £10.00 over the SM WAN
    And 5 seconds pass
    And 20 Commands for the gas meter that nobody has sealed are sent to the PPMID
    Then the hub handed the gas meter at its next wake what the SM WAN had brought
    And the balance of the gas meter has risen by £10.00, once
    And the Supplier holds the meter's own Response

  @REQ-012 @I2f @ics-relay @takes-6h
  Scenario Outline: A PPMID whose first transfer to the hub <breaks>
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID whose first transfer to the hub <breaks>
    And the SM WAN has been down for 5 minutes
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the Supplier does not know whether it was delivered
    When the Supplier has the electricity meter topped up by £20.00 through the PPMID
    Then the hub gave the broken transfer up, and carried the next one to the electricity meter
    And the balance of the electricity meter has risen by £20.00, once

    Examples:
      | breaks        |
      | lacks a block |
      | is too large  |

  @REQ-014 @REQ-015 @I4b @PP-002 @PP-004 @ics-relay @ics-utrn-internet @ics-gas @takes-6h
  Scenario: The gas meter cannot be reached for three hours, and its answers come after the PPMID has given up
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the SM WAN has been down for 5 minutes
    When the Supplier sends a UTRN of £5.00 for the gas meter to the PPMID
    And the Supplier has the gas meter topped up by £10.00 through the PPMID
    And nobody hears anybody on the HAN for 3 hours, as soon as the Command is in the home
    And 40 minutes pass
    Then the PPMID passed the Response back unaltered
    And the PPMID reported the meter's own result
    And the Supplier holds the meter's own Response

  @REQ-013 @I3c @ics-relay @ics-gas @takes-48h
  Scenario: A Command for a gas meter that cannot be reached for more than a day
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the SM WAN has been down for 5 minutes
    When the Supplier has the gas meter topped up by £10.00 through the PPMID
    And nobody hears anybody on the HAN for 25 hours, as soon as the Command is in the home
    Then the hub handed the gas meter no Command that had waited longer than it may
    And the balance of the gas meter has not moved
    And the Supplier does not know whether it was delivered

  @REQ-013 @I3c @ics-relay @takes-96h
  Scenario: A Command that was held back for three days on the Internet comes after a later one
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the electricity meter has run out of credit
    When the PPMID's Internet line goes down
    And the Supplier has the electricity meter's supply enabled through the PPMID
    And 3 days pass
    And the Supplier has the electricity meter's emergency credit activated over the SM WAN
    Then the emergency credit of the electricity meter is in force
    When the PPMID's Internet line comes back
    Then the electricity meter did not act on the Command left behind
    And the supply of the electricity meter is armed

  @REQ-011 @PP-006 @I6 @ics-relay @takes-5m
  Scenario: Bare Commands and HAN frames on the PPMID's Internet side
    Given a prepayment home with an electricity meter
    And a hub that can relay
    When a stranger sends the PPMID bare Commands for the electricity meter, and frames of the HAN
    Then nothing of it reached the HAN
    And the balance of the electricity meter has not moved

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
