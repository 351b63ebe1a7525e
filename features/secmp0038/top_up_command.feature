@SECMP0038
Feature: Commands through the PPMID

  SECMP0038: while the SM WAN is down, complete GBCS Commands go to the PPMID over the Internet, and the Communications
  Hub passes them on. The scope is a home whose SM WAN comes and goes.

  @REQ-004 @REQ-008 @REQ-012 @REQ-013 @REQ-014 @REQ-015 @PP-001 @PP-002 @PP-025 @ics-relay @takes-135m
  Scenario: A top-up Command, and the meter's Response
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the PPMID passed the Command on unaltered
    And the hub passed the Command on to the electricity meter unaltered
    And the balance of the electricity meter has risen by £10.00, once
    And the hub brought the electricity meter's Response back to the PPMID
    And the PPMID passed the Response back unaltered
    And the Supplier holds the meter's own Response
    And the Response to the electricity meter's Command came within the target response time

  @REQ-004 @REQ-013 @REQ-015 @I3a @I3b @I4e @ics-relay @takes-135m
  Scenario: The Command that came through the PPMID comes again over the SM WAN
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 both ways
    Then the balance of the electricity meter has risen by £10.00, once
    And the Supplier holds the meter's own Response
    When the SM WAN comes back
    Then the electricity meter did not act on a second copy
    And the balance of the electricity meter has not moved
    And the Supplier's record shows one outcome

  @REQ-004 @REQ-012 @REQ-014 @PP-001 @PP-002 @ics-relay @takes-135m
  Scenario: A signed Command and its signed Response switch the supply on
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the electricity meter has run out of credit
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £5.00 through the PPMID
    Then the supply of the electricity meter is armed
    When the Supplier has the electricity meter's supply enabled through the PPMID
    Then the PPMID passed the Command on unaltered
    And the supply of the electricity meter is enabled
    And the PPMID passed the Response back unaltered
    And the Supplier holds the meter's own Response

  @REQ-004 @REQ-015 @I3d @PP-025 @ics-relay @ics-gas @takes-5h
  Scenario: A gas meter takes its top-up Command at its next wake
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the gas meter topped up by £12.50 through the PPMID
    Then the balance of the gas meter has risen by £12.50, once
    And the Supplier holds the meter's own Response
    And the gas meter acted on it at one of its next wakes
    And the gas meter paid few radio exchanges for it

  @REQ-004 @REQ-015 @PP-008 @ics-relay @ics-gas @takes-5h
  Scenario: The PPMID loses power while the gas meter sleeps
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the gas meter topped up by £12.50 through the PPMID
    And the PPMID's power is cut as soon as the Command is in the home
    Then the balance of the gas meter has risen by £12.50, once
    And the Supplier holds the meter's own Response
    And the PPMID lost none of its work by the power cut, and did none of it twice

  @REQ-014 @REQ-015 @PP-002 @I4b @I4e @ics-relay @ics-gas @takes-5h
  Scenario: Three Commands for a gas meter wait at the same time
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the SM WAN has been down for 5 minutes
    When the Supplier has the gas meter's balance read through the PPMID, 3 times
    Then the PPMID gave each Response to the request that it answers, once
    And the Supplier holds the meter's own Response

  @REQ-004 @REQ-015 @ics-relay @takes-135m
  Scenario: The hub has lost power before the Command comes
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the hub's power is cut and comes back
    And the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    And the Supplier holds the meter's own Response

  @REQ-004 @REQ-015 @ics-relay @takes-10m
  Scenario: The hub loses power with a frame counter that it has not stored
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the hub's frame counter is at 41200, and was last stored at 40000
    And the hub sends a frame of its own every 2 seconds
    When the SM WAN goes down
    And the hub's power is cut and comes back
    And the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then no device had to drop a frame of the hub for an old frame counter
    And the balance of the electricity meter has risen by £10.00, once
    And the Supplier holds the meter's own Response

  @REQ-013 @I3a @ics-relay @takes-135m
  Scenario: A captured Command is delivered once more through the PPMID
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the same Command is delivered through the PPMID again
    Then the electricity meter did not act on a second copy
    And the balance of the electricity meter has not moved

  @REQ-013 @REQ-016 @I3e @ics-relay @takes-135m
  Scenario: A Command left behind in the SM WAN's queue comes after a later one
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the electricity meter has run out of credit
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter's supply enabled over the SM WAN
    And the Supplier has the electricity meter's emergency credit activated through the PPMID
    Then the emergency credit of the electricity meter is in force
    When the SM WAN comes back
    Then the electricity meter did not act on the Command left behind
    And the supply of the electricity meter is armed

  @REQ-004 @REQ-015 @ics-relay @takes-135m
  Scenario: A home whose HAN loses one frame in ten
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a HAN that loses 10 frames in a hundred
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    And the Supplier holds the meter's own Response
    And the Supplier's record shows one outcome

  @REQ-004 @REQ-014 @REQ-015 @ics-relay @takes-135m
  Scenario: The balance is read through the PPMID
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the electricity meter holds -£1.25
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter's balance read through the PPMID
    Then the Supplier holds the meter's own Response
    And the Supplier has read the balance that the electricity meter shows

  @REQ-004 @REQ-015 @I3b @I4e @ics-relay @takes-13h
  Scenario: An SM WAN that comes and goes
    Given a prepayment home with an electricity meter and a gas meter
    And a hub that can relay
    And an SM WAN that is up for 10 minutes and down for 40 minutes by turns, on average
    When 5 hours pass
    And the Supplier has the gas meter topped up by £7.50 both ways
    Then the balance of the gas meter has risen by £7.50, once
    When 5 hours pass
    Then the balance of the gas meter has not moved
    And the Supplier's record shows one outcome

  @REQ-004 @REQ-015 @REQ-056 @ics-relay @takes-4h
  Scenario: A top-up that the Supplier counts by the clock is credited, since its Command carries the whole counter
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a Supplier that counts its UTRNs by the clock
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 both ways
    Then the balance of the electricity meter has risen by £10.00, once
    And the Supplier holds the meter's own Response
    When the SM WAN comes back
    Then the DCC's own Command and the local one are the same octets
    And the Supplier's record shows one outcome

  @REQ-004 @REQ-015 @ics-relay @ics-utrn-internet @takes-4h
  Scenario Outline: After such a top-up the meter reads a UTRN counted by the clock within minutes, and not after an hour
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a Supplier that counts its UTRNs by the clock
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When <later> pass
    And the Supplier sends a UTRN of £5.00 for the electricity meter to the PPMID
    Then the PPMID reported the meter's own result
    And the balance of the electricity meter has risen by <in all>, once

    Examples:
      | later     | in all |
      | 5 minutes | £15.00 |
      | 1 hour    | £10.00 |
