@SECMP0032
Feature: A home in two bands

  SECMP0032: dual-band hubs. A gas meter far from the hub is in the 868 MHz band, where nobody may send for long.

  @REQ-048 @ics-gas @takes-2h
  Scenario: A gas meter in the 868 MHz band is topped up over the SM WAN
    Given a prepayment home with an electricity meter and a gas meter
    And the gas meter is in the 868 MHz band
    And the hub has both bands, and may be on the air at 868 MHz for 36 seconds in an hour
    When the Supplier has the gas meter topped up by £10.00 over the SM WAN
    Then the SM WAN carried the Command to the home
    And the balance of the gas meter has risen by £10.00, once
    And the hub was on the air at 868 MHz for no more than 36 seconds in any hour

  @REQ-048 @I2a @ics-gas @takes-4h
  Scenario: A flood of Commands for a gas meter does not make the hub send for longer than it may
    Given a prepayment home with an electricity meter and a gas meter
    And the gas meter is in the 868 MHz band
    And the hub has both bands, and may be on the air at 868 MHz for 300 milliseconds in an hour
    When the Supplier has the gas meter topped up by £1.00 over the SM WAN, 14 times
    Then the hub was on the air at 868 MHz for no more than 300 milliseconds in any hour
    When 2 hours pass
    And the Supplier has the gas meter topped up by £10.00 over the SM WAN
    Then the Supplier holds the meter's own Response

  @REQ-048 @ics-gas @takes-3h
  Scenario: A hub with one band does not reach a gas meter in the other
    Given a prepayment home with an electricity meter and a gas meter
    And the gas meter is in the 868 MHz band
    And the hub has no radio for 868 MHz
    When the Supplier has the gas meter topped up by £10.00 over the SM WAN
    Then the SM WAN carried the Command to the home
    And the balance of the gas meter has not moved

  @REQ-048 @ics-gas @takes-12h
  Scenario: A new hub that takes one device in the other band keeps the second one out, and says so
    Given a prepayment home with a gas meter
    And the gas meter is in the 868 MHz band
    And the PPMID is in the 868 MHz band
    And a new hub at hand for the home, which takes 1 device in the 868 MHz band
    And the SM WAN is up
    When the Supplier has the hub's device log backed up over the SM WAN
    Then the Supplier holds the hub's own Response
    When the hub is exchanged for the new one
    And the Supplier has the hub's device log restored from the hub before it over the SM WAN
    And 6 hours pass
    Then the new hub took 1 device in the 868 MHz band, and told the DCC of the other

  @REQ-048 @ics-gas @takes-4h
  Scenario: In a noisy home the gas meter's top-up comes at 868 MHz all the same, once, and within the time on the air
    Given a prepayment home with an electricity meter and a gas meter
    And the gas meter is in the 868 MHz band
    And the hub has both bands, and may be on the air at 868 MHz for 36 seconds in an hour
    And a HAN that loses 10 frames in a hundred
    When the Supplier has the gas meter topped up by £10.00 over the SM WAN
    Then the SM WAN carried the Command to the home
    And the balance of the gas meter has risen by £10.00, once
    And the Supplier holds the meter's own Response
    And the hub was on the air at 868 MHz for no more than 36 seconds in any hour

  @REQ-048 @ics-gas @takes-8h
  Scenario: A hub leaves a noisy channel at 868 MHz for a quieter one, and the gas meter that slept finds it there
    Given a prepayment home with an electricity meter and a gas meter
    And the gas meter is in the 868 MHz band
    And the PPMID is in the 868 MHz band
    And the hub has both bands, and may be on the air at 868 MHz for 36 seconds in an hour
    And the 868 MHz band is noisy, most of all where the hub begins, and quiet on the upper channel 4
    And the SM WAN is up
    When 2 hours pass
    And the Supplier has the hub's quieter sub-GHz channel looked for over the SM WAN
    Then the hub has left its noisy channel, and said so before to each device there
    And the gas meter has found the hub on its new channel
    When the Supplier has the gas meter topped up by £10.00 over the SM WAN
    Then the balance of the gas meter has risen by £10.00, once
    And the hub was on the air at 868 MHz for no more than 36 seconds in any hour

  @REQ-048 @ics-gas @takes-30h
  Scenario: A hub that has not heard its gas meter for a day looks for a quieter channel by itself
    Given a prepayment home with an electricity meter and a gas meter
    And the gas meter is in the 868 MHz band
    And the hub has both bands, and may be on the air at 868 MHz for 36 seconds in an hour
    And nothing is heard for noise on the channel at 868 MHz where the hub begins
    And the SM WAN is up
    When 26 hours pass
    Then the hub has left its noisy channel, and said so before to each device there
    And the gas meter has found the hub on its new channel
    When the Supplier has the gas meter topped up by £10.00 over the SM WAN
    Then the balance of the gas meter has risen by £10.00, once

  @REQ-048 @ics-gas @takes-20h
  Scenario: The devices of a hub that had left its channel find the new hub that takes its place
    Given a prepayment home with a gas meter
    And the gas meter is in the 868 MHz band
    And the PPMID is in the 868 MHz band
    And the hub has both bands, and may be on the air at 868 MHz for 36 seconds in an hour
    And the 868 MHz band is noisy, most of all where the hub begins, and quiet on the upper channel 4
    And a new hub at hand for the home
    And the SM WAN is up
    When the Supplier has the hub's device log backed up over the SM WAN
    Then the Supplier holds the hub's own Response
    When the Supplier has the hub's quieter sub-GHz channel looked for over the SM WAN
    Then the hub has left its noisy channel, and said so before to each device there
    When the hub is exchanged for the new one
    And the Supplier has the hub's device log restored from the hub before it over the SM WAN
    And 8 hours pass
    Then the new hub has let in every device that it was restored with and that asked
    When the Supplier has the gas meter topped up by £10.00 over the SM WAN
    Then the balance of the gas meter has risen by £10.00, once
