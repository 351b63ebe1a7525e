@SEC0009
Feature: Meters as they are

  Nothing that the PPMID brings changes a meter but what it asks for: firmware, credentials and everything that is
  configured are what they were.

  @REQ-055 @ics-relay @ics-gas @takes-5h
  Scenario Outline: A top-up Command for the <meter>, and nothing is configured otherwise
    Given a prepayment home with <home>
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And the configuration of the <meter> has been read
    When the Supplier has the <meter> topped up by £10.00 through the PPMID
    Then the balance of the <meter> has risen by £10.00, once
    And the configuration of the <meter> is what it was

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |

  @REQ-055 @ics-utrn-internet @ics-gas @takes-5h
  Scenario Outline: A UTRN for the <meter>, and nothing is configured otherwise
    Given a prepayment home with <home>
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And the configuration of the <meter> has been read
    When the Supplier sends a UTRN of £10.00 for the <meter> to the PPMID
    Then the balance of the <meter> has risen by £10.00, once
    And the configuration of the <meter> is what it was

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |

  @REQ-055 @ics-relay @ics-gas @takes-5h
  Scenario Outline: The <meter>'s <service> configures nothing
    Given a prepayment home with <home>
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And the configuration of the <meter> has been read
    When the Supplier has the <meter>'s <service> through the PPMID
    Then the Supplier holds the meter's own Response
    And the configuration of the <meter> is what it was

    Examples:
      | home                 | meter             | service                    |
      | an electricity meter | electricity meter | balance adjusted           |
      | an electricity meter | electricity meter | balance reset              |
      | an electricity meter | electricity meter | supply disabled            |
      | an electricity meter | electricity meter | clock set                  |
      | an electricity meter | electricity meter | prepayment registers read  |
      | a gas meter          | gas meter         | balance adjusted           |
      | a gas meter          | gas meter         | balance reset              |
      | a gas meter          | gas meter         | supply disabled            |

  @REQ-055 @ics-relay @ics-gas @takes-5h
  Scenario Outline: The <meter>'s <service> changes the <part> alone
    Given a prepayment home with <home>
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And the configuration of the <meter> has been read
    When the Supplier has the <meter>'s <service> through the PPMID
    Then the Supplier holds the meter's own Response
    And nothing but the <part> of the <meter> is another

    Examples:
      | home                 | meter             | service                          | part                     |
      | an electricity meter | electricity meter | payment mode set to credit       | payment mode             |
      | an electricity meter | electricity meter | debt updated                     | debt recovery            |
      | an electricity meter | electricity meter | prepayment configuration updated | prepayment configuration |
      | a gas meter          | gas meter         | payment mode set to credit       | payment mode             |
      | a gas meter          | gas meter         | debt updated                     | debt recovery            |
      | a gas meter          | gas meter         | prepayment configuration updated | prepayment configuration |
