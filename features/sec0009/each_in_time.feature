@SEC0009
Feature: How soon the Response to each Command comes

  Issue SEC0009: the same target response times as the DCC's. By the DCC's reckoning nothing is deducted but quarantine and what
  lies between the hub and its meter. What has no target that is known is not here, nor
  a gas meter: how the DCC reckons the sleep that a Command waits for in the hub is in no public text.

  @REQ-059 @ics-relay @takes-30d
  Scenario: The electricity meter answers each Service Request in time
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    When the Supplier has each of these done at the electricity meter through the PPMID:
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
      | prepayment configuration read                 |
      | balance read                                  |
      | payment mode read                             |
      | supply enabled                                |
      | supply disabled                               |
      | supply armed                                  |
      | supply status read                            |
      | join to the PPMID made                        |
      | firmware version read                         |
      | import registers read                         |
      | import time-of-use registers read             |
      | import time-of-use registers with blocks read |
      | tariff read                                   |
      | maximum import demand read                    |
      | active power read                             |
      | voltage configuration read                    |
      | randomisation read                            |
      | billing calendar read                         |
      | identity read                                 |
      | power thresholds read                         |
      | supply number read                            |
      | alert behaviour read                          |
      | load limit counter reset                      |
      | tariff block counters reset                   |
      | event log cleared                             |
      | Supplier's name updated                       |
      | tamper state set                              |
      | daily reset of block counters set             |
      | signing certificate read                      |
      | randomised offset limit set                   |
      | power thresholds set                          |
      | load limit set                                |
      | clock set                                     |
      | new signing key made                          |
    Then each Response of the electricity meter came within the target response time
