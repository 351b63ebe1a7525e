@SEC0009
Feature: Every type of meter

  A top-up comes to a meter of any type where there is permanently no SM WAN: ESMEs of one element, two elements and three
  phases, each with load switches of its own and without, GSMEs, and meters of an earlier and of a later edition of SMETS2.

  @REQ-049 @REQ-054 @ics-relay @takes-5m
  Scenario Outline: A top-up Command for a <variant>
    Given a prepayment home with a <variant>
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    And the Supplier holds the meter's own Response

    Examples:
      | variant                                |
      | single element ESME                    |
      | twin element ESME                      |
      | polyphase ESME                         |
      | single element ESME with load switches |
      | twin element ESME with load switches   |
      | polyphase ESME with load switches      |

  @REQ-049 @REQ-054 @ics-utrn-internet @takes-5m
  Scenario Outline: A UTRN for a <variant>
    Given a prepayment home with a <variant>
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once

    Examples:
      | variant                           |
      | twin element ESME                 |
      | polyphase ESME                    |
      | polyphase ESME with load switches |

  @REQ-049 @REQ-054 @ics-relay @ics-gas @takes-5h
  Scenario Outline: A top-up Command for the <meter>, which is of <edition> of SMETS2
    Given a prepayment home with <home>
    And the <meter> is of <edition> of SMETS2
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the <meter> topped up by £10.00 through the PPMID
    Then the balance of the <meter> has risen by £10.00, once
    And the Supplier holds the meter's own Response

    Examples:
      | home                 | meter             | edition            |
      | an electricity meter | electricity meter | an earlier edition |
      | an electricity meter | electricity meter | a later edition    |
      | a gas meter          | gas meter         | an earlier edition |
      | a gas meter          | gas meter         | a later edition    |

  @REQ-054 @ics-relay @smets1 @takes-5m
  Scenario: A top-up Command for a SMETS1 meter
    Given a prepayment home with a SMETS1 meter
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
