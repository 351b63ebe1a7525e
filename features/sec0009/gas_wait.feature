@SEC0009
Feature: How long a gas customer waits

  A gas meter wakes every half hour, and nobody knows when. The same Command is given at ten moments of that half hour, three
  minutes apart; `ppmid-harness timings` makes percentiles of what was measured, over these and over seeds.

  @REQ-049 @REQ-059 @PP-025 @ics-relay @ics-gas @takes-3h
  Scenario Outline: A top-up that comes <later> later
    Given a prepayment home with a gas meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    When <later> pass
    And the Supplier has the gas meter topped up by £10.00 through the PPMID
    Then the gas meter acted on it at one of its next wakes
    And the balance of the gas meter has risen by £10.00, once

    Examples:
      | later      |
      | 1 minute   |
      | 4 minutes  |
      | 7 minutes  |
      | 10 minutes |
      | 13 minutes |
      | 16 minutes |
      | 19 minutes |
      | 22 minutes |
      | 25 minutes |
      | 28 minutes |
