@SECMP0038
Feature: Images for a PPMID, as for any consumer's device

  ETSI EN 303 645, 5.3 and 5.7: it can be updated, and takes no image that is older or that somebody has altered.

  @REQ-021 @PP-022 @takes-50m
  Scenario: It takes its maker's newer image
    Given a prepayment home with an electricity meter
    And a PPMID that cannot relay
    And a hub that can relay
    When the Supplier sends the PPMID newer firmware
    Then the PPMID runs the new firmware, with which it can relay

  @REQ-021 @I7 @PP-022 @takes-30m
  Scenario Outline: It takes no other: <image>
    Given a prepayment home with an electricity meter
    And a PPMID that cannot relay
    And a hub that can relay
    When the Supplier sends the PPMID <image>
    Then the PPMID runs the firmware that it ran before

    Examples:
      | image                                    |
      | older firmware                           |
      | newer firmware that somebody has altered |
