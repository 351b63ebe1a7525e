@SECMP0038
Feature: The whole set, both ways, while the SM WAN comes and goes

  SECMP0038 claims the route for homes whose SM WAN comes and goes. There a Supplier has each Service Request done both ways at
  once: the DCC sends its Command as soon as the SM WAN lets it, and the PPMID brings the same one. Either may be first. What a
  PPMID is asked itself is not here, since no hub passes it on.

  @REQ-004 @REQ-012 @REQ-013 @REQ-014 @REQ-015 @REQ-017 @REQ-056 @I3a @I3b @I3e @I4e @PP-001 @ics-relay @takes-1d
  Scenario: All that goes to the electricity meter, both ways
    Given a prepayment home with a twin element ESME with load switches
    And a hub that can relay
    And an SM WAN that is up for 7 minutes and down for 11 minutes by turns, on average
    When the Supplier has each of these done at the electricity meter both ways, one every 4 minutes:
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
    And 2 hours pass
    Then the SM WAN is there, and away, as is the way of such a home
    And the PPMID passed the Command on unaltered
    And the hub passed the Command on to the electricity meter unaltered
    And the DCC's own Command and the local one are the same octets
    And the electricity meter did each of them once, whichever way it came first
    And no copy of an earlier one kept the electricity meter from a later one
    And the hub gave each Response of the electricity meter to whoever had brought its Command
    And each time the Supplier came to the meter's own Response, and how soon is measured
    And the Supplier's record shows one outcome of each

  @REQ-004 @REQ-012 @REQ-013 @REQ-014 @REQ-015 @REQ-017 @REQ-056 @I3a @I3b @I3e @I4e @PP-001 @ics-relay @ics-gas @takes-3d
  Scenario: All that goes to the gas meter, both ways
    Given a prepayment home with a gas meter
    And a hub that can relay
    And an SM WAN that is up for 7 minutes and down for 11 minutes by turns, on average
    When the Supplier has each of these done at the gas meter both ways, one every 4 minutes:
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
    And 2 hours pass
    Then the SM WAN is there, and away, as is the way of such a home
    And the PPMID passed the Command on unaltered
    And the hub passed the Command on to the gas meter unaltered
    And the DCC's own Command and the local one are the same octets
    And the gas meter did each of them once, whichever way it came first
    And no copy of an earlier one kept the gas meter from a later one
    And the hub gave each Response of the gas meter to whoever had brought its Command
    And each time the Supplier came to the meter's own Response, and how soon is measured
    And the Supplier's record shows one outcome of each

  @REQ-004 @REQ-012 @REQ-015 @REQ-056 @I3b @I4e @PP-001 @ics-relay @takes-6h
  Scenario: All that goes to the hub, both ways
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And an SM WAN that is up for 7 minutes and down for 11 minutes by turns, on average
    When the Supplier has each of these done at the hub both ways, one every 4 minutes:
      | service                                       |
      | list of joined devices read                   |
      | sub-GHz configuration read                    |
      | sub-GHz channel read                          |
      | sub-GHz channel log read                      |
      | event log read                                |
      | security log read                             |
      | device log read                               |
      | device log backed up                          |
      | told of the PPMID                             |
      | identity read                                 |
      | sub-GHz channel scan asked for                |
      | broker's certificates read                    |
    And 2 hours pass
    Then the PPMID passed the Command on unaltered
    And the DCC's own Command and the local one are the same octets
    And each time the Supplier came to the meter's own Response, and how soon is measured
    And the Supplier's record shows one outcome of each

  @REQ-004 @REQ-012 @REQ-015 @REQ-056 @I3b @I4e @PP-001 @ics-relay @ics-gas @takes-6h
  Scenario: All that goes to the gas proxy, both ways
    Given a prepayment home with a gas meter
    And a hub that can relay
    And an SM WAN that is up for 7 minutes and down for 11 minutes by turns, on average
    When the Supplier has each of these done at the gas proxy both ways, one every 4 minutes:
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
    And 2 hours pass
    Then the PPMID passed the Command on unaltered
    And the DCC's own Command and the local one are the same octets
    And each time the Supplier came to the meter's own Response, and how soon is measured
    And the Supplier's record shows one outcome of each

  @REQ-004 @REQ-012 @REQ-015 @REQ-056 @I3b @I4e @PP-001 @ics-relay @takes-6h
  Scenario: All that goes to the HCALCS, both ways
    Given a prepayment home with an electricity meter
    And an HCALCS
    And a hub that can relay
    And an SM WAN that is up for 7 minutes and down for 11 minutes by turns, on average
    When the Supplier has each of these done at the HCALCS both ways, one every 4 minutes:
      | service                                       |
      | load switch joined to the electricity meter   |
      | list of joined devices read                   |
      | firmware version read                         |
      | remote party certificates read                |
    And 2 hours pass
    Then the PPMID passed the Command on unaltered
    And the DCC's own Command and the local one are the same octets
    And each time the Supplier came to the meter's own Response, and how soon is measured
    And the Supplier's record shows one outcome of each

  @REQ-004 @REQ-012 @REQ-015 @I3a @I3b @I4e @PP-001 @ics-relay @ics-gas @takes-1d
  Scenario Outline: Twelve top-ups of the <meter>
    Given a prepayment home with <home>
    And a hub that can relay
    And an SM WAN that is up for 7 minutes and down for 11 minutes by turns, on average
    When the Supplier has the <meter> topped up by £1.00 both ways every 10 minutes, 12 times
    And 2 hours pass
    Then the balance of the <meter> has risen by £12.00, once
    And the PPMID passed the Command on unaltered
    And each time the Supplier came to the meter's own Response, and how soon is measured
    And the Supplier's record shows one outcome of each

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |
