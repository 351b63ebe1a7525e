@SEC0009
Feature: Commands that are brought to the hub itself, by a wire or by NFC

  Issue SEC0009 asks that a wire into the Communications Hub, and NFC into it, be considered. No hub in the field has
  either: the hub here is a proposal. It has an end of the local command interface of its own, takes Commands by the
  rules of a PPMID's, and no UTRNs.

  @REQ-049 @REQ-050 @REQ-063 @takes-3m
  Scenario: A top-up Command goes by a wire into the hub, and its Response comes back by it
    Given a prepayment home with an electricity meter
    And a hub with a serial port for Commands
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the hub's port
    And the phone leaves the Supplier's
    And the phone is brought to the hub
    Then what was carried came as it was given
    And the hub passed what was brought on to the electricity meter unaltered
    And the balance of the electricity meter has risen by £10.00, once
    And the hub gave the electricity meter's Response back at its port unaltered
    When the phone is back at the Supplier's
    Then what was carried came as it was given, there and back
    And the Supplier holds the meter's own Response
    And the DCC was told of the local delivery

  @REQ-049 @REQ-050 @REQ-064 @takes-3m
  Scenario: A top-up Command goes by NFC into the hub, and its Response comes back by it
    Given a prepayment home with an electricity meter
    And a hub that takes Commands by NFC
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the hub's port
    And the phone leaves the Supplier's
    And the phone is brought to the hub
    Then what was carried came as it was given
    And the hub passed what was brought on to the electricity meter unaltered
    And the balance of the electricity meter has risen by £10.00, once
    And the hub gave the electricity meter's Response back at its port unaltered
    When the phone is back at the Supplier's
    Then what was carried came as it was given, there and back
    And the Supplier holds the meter's own Response
    And the DCC was told of the local delivery

  @REQ-049 @REQ-050 @REQ-063 @takes-3h
  Scenario: A gas meter's Command waits in the hub's mailbox until the meter wakes
    Given a prepayment home with a gas meter
    And a hub with a serial port for Commands
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the gas meter topped up by £10.00 through the hub's port
    And the phone leaves the Supplier's
    And the phone is brought to the hub
    And 60 minutes pass
    Then the hub passed what was brought on to the gas meter unaltered
    And the balance of the gas meter has risen by £10.00, once
    And the hub gave the gas meter's Response back at its port unaltered
    When the phone is back at the Supplier's
    Then the Supplier holds the gas meter's own Response

  @REQ-063 @takes-3h
  Scenario: The SM WAN is back before the phone is, and both bring the same Response
    Given a prepayment home with an electricity meter
    And a hub with a serial port for Commands
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the hub's port
    And the phone leaves the Supplier's
    And the phone is brought to the hub
    Then the balance of the electricity meter has risen by £10.00, once
    When the phone is taken off the hub
    And the SM WAN comes back
    Then the Supplier holds the meter's own Response
    When the phone is back at the Supplier's
    Then the hub gave the electricity meter's Response back at its port unaltered
    And the Supplier's record shows one outcome

  @REQ-063 @I1d @takes-5m
  Scenario: A stranger plugs into the hub
    Given a prepayment home with an electricity meter
    And a hub with a serial port for Commands
    And the home is beyond the SM WAN's reach for good
    When a stranger brings the hub a Command for the electricity meter
    Then the hub neither passed on nor answered what a stranger brought

  @REQ-064 @I1d @takes-5m
  Scenario: A stranger's phone is held to the hub
    Given a prepayment home with an electricity meter
    And a hub that takes Commands by NFC
    And the home is beyond the SM WAN's reach for good
    When a stranger brings the hub a Command for the electricity meter
    Then the hub neither passed on nor answered what a stranger brought

  @REQ-063 @takes-10m
  Scenario: The wire is pulled half way, and plugged in again
    Given a prepayment home with an electricity meter
    And a hub with a serial port for Commands
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the hub's port
    And the phone leaves the Supplier's
    And the phone is taken off the hub half way
    Then the hub did nothing by half
    When the phone is brought to the hub
    Then the balance of the electricity meter has risen by £10.00, once

  @REQ-064 @takes-10m
  Scenario: A tap on the hub breaks off half way, and the same phone taps again
    Given a prepayment home with an electricity meter
    And a hub that takes Commands by NFC
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the hub's port
    And the phone leaves the Supplier's
    And the phone is taken off the hub half way
    Then the hub did nothing by half
    When the phone is brought to the hub
    Then the balance of the electricity meter has risen by £10.00, once

  @REQ-063 @I3a @takes-10m
  Scenario: A copy of what came by the wire comes again
    Given a prepayment home with an electricity meter
    And a hub with a serial port for Commands
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the hub's port
    And the phone leaves the Supplier's
    And the phone is brought to the hub
    Then the balance of the electricity meter has risen by £10.00, once
    When the hub is brought a copy of it
    Then the hub did not pass a copy on again
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-064 @I3a @takes-10m
  Scenario: A copy of what came by NFC comes again, to a hub that has lost its power meanwhile
    Given a prepayment home with an electricity meter
    And a hub that takes Commands by NFC
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the hub's port
    And the phone leaves the Supplier's
    And the phone is brought to the hub
    Then the balance of the electricity meter has risen by £10.00, once
    When the phone is taken off the hub
    And the hub's power is cut and comes back
    And the hub is brought a copy of it
    Then the hub did not pass a copy on again
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-063 @I1c @takes-10m
  Scenario: A Command of another home is among what the wire brings
    Given a prepayment home with an electricity meter
    And a hub with a serial port for Commands
    And somebody who mixes up homes
    And the home is beyond the SM WAN's reach for good
    When a Command of another home is among what is carried
    And the Supplier has the electricity meter topped up by £10.00 through the hub's port
    And the phone leaves the Supplier's
    And the phone is brought to the hub
    Then the hub neither passed on nor answered what is for another home
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-064 @I1c @takes-5m
  Scenario: A phone of another home is held to the hub
    Given a prepayment home with an electricity meter
    And a hub that takes Commands by NFC
    And the home is beyond the SM WAN's reach for good
    When a phone of another home is held to the hub
    Then the hub neither passed on nor answered what is for another home

  @REQ-063 @I2c @takes-10m
  Scenario: A Command that is not on the hub's list comes by the wire
    Given a prepayment home with an electricity meter
    And a hub that relays top-ups alone
    And a hub with a serial port for Commands
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter's balance read through the hub's port
    And the phone leaves the Supplier's
    And the phone is brought to the hub
    Then the hub passed on to the electricity meter nothing but top-ups of what was brought

  @REQ-064 @I2c @takes-10m
  Scenario: A Command that is not on the hub's list comes by NFC
    Given a prepayment home with an electricity meter
    And a hub that relays top-ups alone
    And a hub that takes Commands by NFC
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter's balance read through the hub's port
    And the phone leaves the Supplier's
    And the phone is brought to the hub
    Then the hub passed on to the electricity meter nothing but top-ups of what was brought
