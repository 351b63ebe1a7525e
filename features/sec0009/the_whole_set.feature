@SEC0009
Feature: Everything that a Hand-Held Terminal can do, the PPMID can

  Issue SEC0009: the same set of Commands. Each device is asked, for an engineer's Hand-Held Terminal and then by the route,
  for what its Supplier may have for local delivery; what a device has executed for the one and not by the other is missing.
  What no table here names stands in docs/who-can-what.md.

  @REQ-051 @REQ-055 @ics-relay @takes-30d
  Scenario: What goes to the electricity meter
    Given a prepayment home with a twin element ESME with load switches
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has each of these done at the electricity meter, with the Hand-Held Terminal and through the PPMID:
      | service                                       |
      | balance adjusted                              |
      | balance reset                                 |
      | payment mode set to credit                    |
      | payment mode set to prepayment                |
      | prepayment configuration updated              |
      | debt updated                                  |
      | emergency credit activated                    |
      | message displayed                             |
      | old readings hidden from a new tenant         |
      | privacy PIN disabled                          |
      | prepayment registers read                     |
      | debt payments read                            |
      | prepayment credits read                       |
      | prepayment configuration read                 |
      | daily prepayment log read                     |
      | balance read                                  |
      | payment mode read                             |
      | supply enabled                                |
      | supply disabled                               |
      | supply armed                                  |
      | supply status read                            |
      | join to the PPMID made                        |
      | list of joined devices read                   |
      | firmware version read                         |
      | event log read                                |
      | security log read                             |
      | device log read                               |
      | device log backed up                          |
      | import registers read                         |
      | import time-of-use registers read             |
      | import time-of-use registers with blocks read |
      | tariff read                                   |
      | twin tariff read                              |
      | maximum import demand read                    |
      | load limit data read                          |
      | active power read                             |
      | voltage configuration read                    |
      | randomisation read                            |
      | billing calendar read                         |
      | identity read                                 |
      | power thresholds read                         |
      | supply number read                            |
      | alert behaviour read                          |
      | load limit counter reset                      |
      | auxiliary controller configuration read       |
      | auxiliary controller state read               |
      | tariff block counters reset                   |
      | tariff change billing log read                |
      | billing calendar log read                     |
      | import daily log read                         |
      | import profile read                           |
      | reactive import profile read                  |
      | network data read                             |
      | daily consumption log read                    |
      | boost button details read                     |
      | event log cleared                             |
      | Supplier's name updated                       |
      | tamper state set                              |
      | daily reset of block counters set             |
      | signing certificate read                      |
      | remote party certificates read                |
      | randomised offset limit set                   |
      | power thresholds set                          |
      | load limit set                                |
      | clock set                                     |
      | new signing key made                          |
      | load switch back to its calendar              |
      | load switches described                       |
      | billing calendar set                          |
      | tariff set                                    |
      | price set                                     |
      | twin tariff set                               |
      | twin price set                                |
      | load switches added to the boost button       |
      | load switches removed from the boost button   |
      | auxiliary controller set                      |
      | auxiliary controller's calendar set           |
      | Alert of a low credit switched off            |
      | supply number set                             |
    Then the route has done all that the Hand-Held Terminal has

  @REQ-051 @REQ-055 @ics-relay @ics-gas @takes-30d
  Scenario: What goes to the gas meter
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has each of these done at the gas meter, with the Hand-Held Terminal and through the PPMID:
      | service                                       |
      | balance adjusted                              |
      | balance reset                                 |
      | payment mode set to credit                    |
      | payment mode set to prepayment                |
      | prepayment configuration updated              |
      | debt updated                                  |
      | emergency credit activated                    |
      | message displayed                             |
      | privacy PIN disabled                          |
      | prepayment registers read                     |
      | debt payments read                            |
      | prepayment credits read                       |
      | prepayment configuration read                 |
      | daily prepayment log read                     |
      | balance read                                  |
      | payment mode read                             |
      | supply disabled                               |
      | supply armed                                  |
      | supply status read                            |
      | join to the PPMID made                        |
      | join to the gas proxy made                    |
      | list of joined devices read                   |
      | firmware version read                         |
      | device log read                               |
      | device log backed up                          |
      | join to the gas meter made                    |
      | import registers read                         |
      | import time-of-use registers read             |
      | import block counters read                    |
      | tariff read                                   |
      | billing calendar read                         |
      | identity read                                 |
      | supply number read                            |
      | gas configuration read                        |
      | billing calendar log read                     |
      | import daily log read                         |
      | import profile read                           |
      | network data read                             |
      | event log cleared                             |
      | Supplier's name updated                       |
      | signing certificate read                      |
      | remote party certificates read                |
      | gas conversion set                            |
      | gas flow limits set                           |
      | clock set                                     |
      | billing calendar set                          |
      | tariff set                                    |
      | price set                                     |
      | supply number set                             |
    Then the route has done all that the Hand-Held Terminal has

  @REQ-051 @ics-relay @takes-30d
  Scenario: What goes to the hub
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has each of these done at the hub, with the Hand-Held Terminal and through the PPMID:
      | service                                       |
      | list of joined devices read                   |
      | sub-GHz configuration read                    |
      | sub-GHz channel read                          |
      | sub-GHz configuration set                     |
      | sub-GHz channel log read                      |
      | event log read                                |
      | security log read                             |
      | device log read                               |
      | device log backed up                          |
      | told of the PPMID                             |
      | identity read                                 |
      | sub-GHz channel scan asked for                |
      | broker's certificates read                    |
    Then the route has done all that the Hand-Held Terminal has

  @REQ-051 @ics-relay @ics-gas @takes-30d
  Scenario: What goes to the gas proxy
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has each of these done at the gas proxy, with the Hand-Held Terminal and through the PPMID:
      | service                                       |
      | old readings hidden from a new tenant         |
      | prepayment registers read                     |
      | daily prepayment log read                     |
      | balance read                                  |
      | import registers read                         |
      | import time-of-use registers read             |
      | import block counters read                    |
      | daily consumption log read                    |
      | remote party certificates read                |
    Then the route has done all that the Hand-Held Terminal has

  @REQ-051 @ics-relay @ics-own-commands @takes-30d
  Scenario: What goes to the PPMID
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has each of these done at the PPMID, with the Hand-Held Terminal and through the PPMID:
      | service                                       |
      | join to the gas proxy made                    |
      | list of joined devices read                   |
      | firmware version read                         |
      | device log read                               |
      | device log backed up                          |
      | join to the gas meter made                    |
      | join to the electricity meter made            |
      | broker's certificates read                    |
    Then the route has done all that the Hand-Held Terminal has

  @REQ-051 @ics-relay @takes-1d
  Scenario: What goes to the HCALCS
    Given a prepayment home with an electricity meter
    And an HCALCS
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has each of these done at the HCALCS, with the Hand-Held Terminal and through the PPMID:
      | service                                       |
      | load switch joined to the electricity meter   |
      | list of joined devices read                   |
      | firmware version read                         |
      | remote party certificates read                |
    Then the route has done all that the Hand-Held Terminal has

  @REQ-051 @REQ-055 @ics-relay @takes-1d
  Scenario: What a network operator has done at the electricity meter
    Given a prepayment home with a twin element ESME with load switches
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    And the Users of the DCC are the Supplier and a network operator
    When the Hand-Held Terminal asks the hub to let it in
    And the network operator has each of these done at the electricity meter, with the Hand-Held Terminal and through the PPMID:
      | service                                       |
      | export registers read                         |
      | export profile read                           |
      | maximum export demand read                    |
      | voltage configured                            |
      | maximum demand period set                     |
      | maximum demand registers reset                |
      | voltage counters reset                        |
    Then the route has done all that the Hand-Held Terminal has

  @REQ-051 @REQ-055 @ics-relay @ics-gas @takes-1d
  Scenario: What a network operator has done at the gas meter
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    And the Users of the DCC are the Supplier and a network operator
    When the Hand-Held Terminal asks the hub to let it in
    And the network operator has each of these done at the gas meter, with the Hand-Held Terminal and through the PPMID:
      | service                                       |
      | network data recorded                         |
    Then the route has done all that the Hand-Held Terminal has

  @REQ-051 @REQ-055 @ics-relay @takes-1d
  Scenario: What an export Supplier has done at the electricity meter
    Given a prepayment home with a twin element ESME with load switches
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    And the Users of the DCC are the Supplier and an export Supplier
    When the Hand-Held Terminal asks the hub to let it in
    And the export Supplier has each of these done at the electricity meter, with the Hand-Held Terminal and through the PPMID:
      | service                                       |
      | export daily log read                         |
      | export supply number set                      |
    Then the route has done all that the Hand-Held Terminal has

  @REQ-051 @REQ-055 @ics-relay @takes-1d
  Scenario: What an Other User has done at the electricity meter
    Given a prepayment home with a twin element ESME with load switches
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    And the Users of the DCC are the Supplier and an Other User
    When the Hand-Held Terminal asks the hub to let it in
    And the Other User has each of these done at the electricity meter, with the Hand-Held Terminal and through the PPMID:
      | service                                       |
      | customer number shown                         |
    Then the route has done all that the Hand-Held Terminal has

  @REQ-050 @REQ-051 @ics-relay @takes-1d
  Scenario: A new signing key of the electricity meter, each way once, and certified between
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter's signing key renewed with the Hand-Held Terminal
    And the Supplier has the electricity meter's signing key renewed through the PPMID
    Then the route has done all that the Hand-Held Terminal has
    When the Supplier has the electricity meter's supply enabled through the PPMID
    Then the Supplier holds the electricity meter's own Response

  @REQ-050 @REQ-051 @ics-relay @ics-gas @takes-1d
  Scenario: A new signing key of the gas meter, each way once, and certified between
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the gas meter's signing key renewed with the Hand-Held Terminal
    And the Supplier has the gas meter's signing key renewed through the PPMID
    Then the route has done all that the Hand-Held Terminal has
    When the Supplier has the gas meter's balance adjusted through the PPMID
    Then the Supplier holds the gas meter's own Response

  @REQ-051 @ics-relay @ics-gas @takes-1d
  Scenario: The Supplier's own certificate for top-ups alone, which a tunnel carries
    Given a prepayment home with an electricity meter and a gas meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has its own certificate for top-ups set on the electricity meter with the Hand-Held Terminal
    And the Supplier has its own certificate for top-ups set on the electricity meter through the PPMID
    And the Supplier has its own certificate for top-ups set on the gas meter with the Hand-Held Terminal
    And the Supplier has its own certificate for top-ups set on the gas meter through the PPMID
    Then the route has done all that the Hand-Held Terminal has
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once

  @REQ-051 @ics-relay @takes-1d
  Scenario: Firmware that the SM WAN has brought to the electricity meter is activated without it
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And an engineer with a Hand-Held Terminal
    And the SM WAN is up
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier sends the electricity meter newer firmware over the SM WAN
    And the SM WAN goes down
    And the Supplier has the electricity meter's new firmware activated with the Hand-Held Terminal
    Then the electricity meter runs the new firmware
    When the SM WAN comes back
    And the Supplier sends the electricity meter newer firmware over the SM WAN
    And the SM WAN goes down
    And the Supplier has the electricity meter's new firmware activated through the PPMID
    Then the electricity meter runs the new firmware
    And the route has done all that the Hand-Held Terminal has

  @REQ-051 @ics-relay @ics-gas @takes-1d
  Scenario: Firmware that the SM WAN has brought to the gas meter is activated without it
    Given a prepayment home with a gas meter
    And a hub that can relay
    And an engineer with a Hand-Held Terminal
    And the SM WAN is up
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier sends the gas meter newer firmware over the SM WAN
    And the SM WAN goes down
    And the Supplier has the gas meter's new firmware activated with the Hand-Held Terminal
    Then the gas meter runs the new firmware
    When the SM WAN comes back
    And the Supplier sends the gas meter newer firmware over the SM WAN
    And the SM WAN goes down
    And the Supplier has the gas meter's new firmware activated through the PPMID
    Then the gas meter runs the new firmware
    And the route has done all that the Hand-Held Terminal has

  @REQ-051 @ics-relay @ics-gas @takes-1d
  Scenario: Joins that are undone: each way once, and made again between
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the gas meter's join to the PPMID undone with the Hand-Held Terminal
    And the Supplier has the gas meter's join to the PPMID made with the Hand-Held Terminal
    And the Supplier has the gas meter's join to the gas proxy made with the Hand-Held Terminal
    And the Supplier has the gas meter's join to the gas proxy undone with the Hand-Held Terminal
    And the Supplier has each of these done at the gas meter through the PPMID:
      | service                      |
      | join to the PPMID undone     |
      | join to the PPMID made       |
      | join to the gas proxy made   |
      | join to the gas proxy undone |
    Then the route has done all that the Hand-Held Terminal has

  @REQ-051 @ics-relay @ics-own-commands @ics-gas @takes-1d
  Scenario: What goes to a hub that takes another's place, once the Hand-Held Terminal has had it know the PPMID
    Given a prepayment home with a gas meter
    And a hub that can relay
    And a new hub at hand for the home
    And the home is beyond the SM WAN's reach for good
    And an engineer with a Hand-Held Terminal
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the hub's device log backed up with the Hand-Held Terminal
    And the Hand-Held Terminal leaves
    And the hub is exchanged for the new one
    And the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the hub's device log restored from the hub before it with the Hand-Held Terminal
    And the Supplier has the gas proxy's device log restored from the gas proxy before it with the Hand-Held Terminal
    And 3 hours pass
    And the Supplier has each of these done at the PPMID through the PPMID:
      | service                    |
      | join to the gas proxy made |
    And the Supplier has each of these done at the hub through the PPMID:
      | service                                    |
      | device log backed up                       |
      | device log restored from the hub before it |
    And the Supplier has each of these done at the gas proxy through the PPMID:
      | service                                          |
      | device log restored from the gas proxy before it |
    Then the route has done all that the Hand-Held Terminal has
