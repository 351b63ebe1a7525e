@SECMP0038
Feature: Ill will on every avenue

  What attacks.feature tries over the Internet is tried here on every other way into the home, by hand to the PPMID and into the
  hub itself. Where an avenue cannot have a threat, tests/harness/test_avenue_threats.py says why.

  @REQ-013 @REQ-029 @I1a @REQ-009 @ics-relay @takes-5h
  Scenario Outline: A Command whose payload is altered before it comes <way>
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And messages that come <way>
    And a delivery service that alters the payload of what it carries
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 by that way
    And the message is taken to the home
    Then the electricity meter refused the altered Command
    And the balance of the electricity meter has not moved

    Examples:
      | way                             |
      | on a USB stick                  |
      | by a phone on a USB cable       |
      | by a phone that taps            |
      | by a wire into the hub          |
      | by a phone that taps on the hub |

  @REQ-011 @I1d @REQ-009 @ics-relay @takes-5h
  Scenario Outline: A stranger comes <way>
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And messages that come <way>
    And the SM WAN has been down for 2 hours
    When a stranger comes that way with a Command for the electricity meter
    Then nothing of it reached the HAN

    Examples:
      | way                       |
      | by a phone on a USB cable |
      | by a phone that taps      |

  @REQ-014 @I4a @I4c @REQ-009 @ics-relay @takes-5h
  Scenario Outline: Somebody answers in the meter's place, to what went <way>
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And messages that come <way>
    And a delivery service that answers in the meter's place
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 by that way
    And the message is taken to the home
    And the answer is taken back
    Then the Supplier did not take the forged Response for the meter's

    Examples:
      | way                             |
      | on a USB stick                  |
      | by a phone on a USB cable       |
      | by a phone that taps            |
      | by a wire into the hub          |
      | by a phone that taps on the hub |

  @REQ-014 @I4d @REQ-009 @ics-relay @takes-5h
  Scenario Outline: Somebody answers with an earlier Response, to what went <way>
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And messages that come <way>
    And a delivery service that answers with the meter's Response to an earlier Command
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 by that way
    And the message is taken to the home
    And the answer is taken back
    Then the Supplier holds the meter's own Response
    When the Supplier has the electricity meter topped up by £20.00 by that way
    And the message is taken to the home
    And the answer is taken back
    Then the Supplier did not take the forged Response for the meter's

    Examples:
      | way                             |
      | on a USB stick                  |
      | by a phone on a USB cable       |
      | by a phone that taps            |
      | by a wire into the hub          |
      | by a phone that taps on the hub |

  @REQ-014 @REQ-015 @I4b @REQ-009 @ics-relay @takes-5h
  Scenario Outline: Nobody brings the answer back of what went <way>
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And messages that come <way>
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 by that way
    And the message is taken to the home
    Then the balance of the electricity meter has risen by £10.00, once
    And the Supplier does not know whether it was delivered
    And the Supplier has not sent it again

    Examples:
      | way                             |
      | on a USB stick                  |
      | by a phone on a USB cable       |
      | by a phone that taps            |
      | by a wire into the hub          |
      | by a phone that taps on the hub |

  @REQ-014 @REQ-015 @I4e @REQ-009 @ics-relay @takes-5h
  Scenario Outline: The answer comes over the SM WAN, and again from what went <way>
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And messages that come <way>
    And the SM WAN is up
    When the Supplier has the electricity meter topped up by £10.00 by that way
    And the message is taken to the home
    Then the Supplier holds the meter's own Response
    When the answer is taken back
    Then the Supplier's record shows one outcome
    And the balance of the electricity meter has risen by £10.00, once

    Examples:
      | way                             |
      | on a USB stick                  |
      | by a phone on a USB cable       |
      | by a phone that taps            |
      | by a wire into the hub          |
      | by a phone that taps on the hub |

  @REQ-009 @REQ-011 @REQ-015 @I1c @PP-006 @ics-relay @ics-usb-serial @takes-3h
  Scenario: A Command of another home is among what a cable brings
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And messages that come by a phone on a USB cable
    And somebody who mixes up homes
    And the SM WAN has been down for 2 hours
    When a Command of another home is among what is carried
    And the Supplier has the electricity meter topped up by £10.00 by that way
    And the message is taken to the home
    Then the PPMID neither passed on nor answered what is for another home
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-009 @REQ-011 @I1d @ics-relay @ics-usb-stick @takes-3h
  Scenario: Somebody without a key has written on the stick
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And messages that come on a USB stick
    And somebody who alters what they carry
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 by that way
    And the message is taken to the home
    Then nothing of it reached the HAN
    And the balance of the electricity meter has not moved
