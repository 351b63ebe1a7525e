@SECMP0038 @REQ-021 @PP-022
Feature: How a PPMID comes by the function

  A PPMID in use gets new firmware by SRV 11.4. It begins to relay only beside a hub that relays, and takes no image that
  is older than what it runs, or that somebody has altered.

  Background:
    Given a prepayment home with an electricity meter
    And a PPMID that cannot relay

  @REQ-025 @takes-50m
  Scenario: Beside a hub that relays it is updated, and then carries a top-up
    Given a hub that can relay
    When the Supplier sends the PPMID newer firmware
    Then the PPMID runs the new firmware, with which it can relay
    And the DCC was told that the PPMID's new firmware is active
    When the SM WAN goes down
    And the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once

  @takes-3h
  Scenario: Beside a hub of today it waits, until the hub is updated
    Given a hub of today
    When the Supplier sends the PPMID newer firmware
    Then the PPMID runs the firmware that it ran before
    When the hub's firmware is updated to one that relays
    And 2 hours pass
    Then the PPMID runs the new firmware, with which it can relay

  @I7 @takes-30m
  Scenario Outline: It refuses <image>
    Given a hub that can relay
    When the Supplier sends the PPMID <image>
    Then the PPMID runs the firmware that it ran before

    Examples:
      | image                                    |
      | older firmware                           |
      | newer firmware that somebody has altered |
