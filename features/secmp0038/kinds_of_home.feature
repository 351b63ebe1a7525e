@SECMP0038
Feature: Three kinds of home

  The SM WAN comes and goes, is still to come, or never will. The route is proposed for the first kind; the others are
  told apart, so that nothing which holds there counts for it.

  @REQ-017 @takes-1d
  Scenario: The SM WAN comes and goes, by chance
    Given a prepayment home with an electricity meter
    And an SM WAN that is up for 1 hour and down for 1 hour by turns, on average
    When 20 hours pass
    Then the SM WAN is there, and away, as is the way of such a home

  @REQ-017 @takes-8d
  Scenario: A home that has no SM WAN yet, and gets an aerial
    Given a prepayment home with an electricity meter
    And a mesh hub that reaches the SM WAN only with an aerial
    When 7 days pass
    And the Supplier fits a T1 aerial to the hub
    Then the SM WAN is there, and away, as is the way of such a home

  @REQ-017 @takes-8d
  Scenario: A home that has no SM WAN yet, whose neighbour's hub lends its own
    Given a prepayment home with an electricity meter
    And a mesh hub whose only way to the SM WAN is a neighbour's hub
    When the neighbour's hub is switched off
    And 7 days pass
    And the neighbour's hub is switched on again
    Then the SM WAN is there, and away, as is the way of such a home

  @REQ-017 @takes-8d
  Scenario: A home that is beyond the SM WAN's reach for good
    Given a prepayment home with an electricity meter
    And the home is beyond the SM WAN's reach for good
    When 7 days pass
    And the SM WAN comes back
    Then the SM WAN is there, and away, as is the way of such a home

  @REQ-004 @REQ-015 @ics-relay @takes-5m
  Scenario Outline: A home that <coverage>: what the route does there counts for nothing of this proposal
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the home <coverage>
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    And the Supplier holds the meter's own Response

    Examples:
      | coverage                                |
      | has no SM WAN yet                       |
      | is beyond the SM WAN's reach for good   |
