@SEC0009
Feature: Meters whose clocks nobody has set

  In a home that was commissioned without SM WAN a meter has its time from the factory. Its clock is unreliable until it has been
  set by a hub that knows the time, which a hub has from the SM WAN; the meter says so where it dates what it says. A UTRN or a
  top-up Command has no time in it.

  @REQ-049 @REQ-050 @ics-relay @ics-gas @takes-12h
  Scenario Outline: Where the SM WAN never comes the <meter>'s stays unset, and top-ups are credited
    Given a prepayment home with <home>
    And a hub that can relay
    And the home is beyond the SM WAN's reach for good
    And the home was commissioned with a Hand-Held Terminal, and no meter's clock has been set since
    When the Supplier has the <meter>'s prepayment registers read through the PPMID
    Then the Supplier holds the meter's own Response
    And the <meter> said by it that its clock is unreliable
    When the Supplier has the <meter>'s clock set through the PPMID
    And 45 minutes pass
    And the Supplier has the <meter> topped up by £10.00 through the PPMID
    Then the balance of the <meter> has risen by £10.00, once
    And the <meter> said by it that its clock is unreliable

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |

  @REQ-049 @ics-utrn-internet @ics-gas @takes-3h
  Scenario Outline: A UTRN for the <meter>
    Given a prepayment home with <home>
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And the home was commissioned with a Hand-Held Terminal, and no meter's clock has been set since
    When the Supplier sends a UTRN of £10.00 for the <meter> to the PPMID
    Then the balance of the <meter> has risen by £10.00, once

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |

  @REQ-049 @REQ-050 @ics-gas @takes-12h
  Scenario Outline: Once an aerial has brought the SM WAN, the <meter>'s can be set
    Given a prepayment home with <home>
    And a mesh hub that reaches the SM WAN only with an aerial
    And the home was commissioned with a Hand-Held Terminal, and no meter's clock has been set since
    When 2 hours pass
    And the Supplier fits a T1 aerial to the hub
    And 2 hours pass
    And the Supplier has the <meter>'s prepayment registers read over the SM WAN
    Then the <meter> said by it that its clock is unreliable
    When the Supplier has the <meter>'s clock set over the SM WAN
    Then the Supplier holds the meter's own Response
    When the Supplier has the <meter>'s prepayment registers read over the SM WAN
    Then the <meter> said by it nothing against its clock

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |

  @REQ-050 @ics-gas @takes-3h
  Scenario Outline: A time that is far off does not set the <meter>'s, and the Supplier is told so twice
    Given a prepayment home with <home>
    And the home was commissioned over the SM WAN
    And the SM WAN is up
    When the Supplier has the <meter>'s clock set by the time of a month ago over the SM WAN
    Then the <meter> refused it, and told the Supplier by an Alert that its clock was not adjusted

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |
