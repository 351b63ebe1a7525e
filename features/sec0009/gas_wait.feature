@SEC0009
Feature: How long a gas customer waits

  A gas meter wakes every half hour, and nobody knows when. The same Command is given at ten moments of that half hour, three
  minutes apart; `ppmid-harness timings` makes percentiles of what was measured, over these and over seeds.

  @REQ-049 @REQ-059 @PP-025 @ics-relay @ics-gas @takes-3h
  Scenario Outline: A top-up that comes <minutes> minutes later
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    When <minutes> minutes pass
    And the Supplier has the gas meter topped up by £10.00 through the PPMID
    Then the gas meter acted on it at one of its next wakes
    And the balance of the gas meter has risen by £10.00, once

    Examples:
      | minutes |
      | 1       |
      | 4       |
      | 7       |
      | 10      |
      | 13      |
      | 16      |
      | 19      |
      | 22      |
      | 25      |
      | 28      |
