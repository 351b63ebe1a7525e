@SECMP0032
Feature: From the report of a home without SM WAN to its coverage

  SECMP0032 asks that homes that prepay have coverage within thirty days, and come first. DCC and Communications Service
  Provider advise the Supplier which hub would help; the customer consents; an engineer exchanges the hub. The duty of
  ninety days is to propose something.

  @REQ-038 @REQ-045 @takes-31d
  Scenario: The hub is exchanged for one with mesh, next door to another one
    Given a prepayment home with an electricity meter
    And a cellular hub without mesh in a home without SM WAN of its own
    And a neighbour's hub that lends its way to mesh hubs
    And somebody who works on coverage
    When the Supplier reports that the home has no SM WAN, and that it prepays
    And the customer consents to another kind of hub
    And 31 days pass
    Then the advice to exchange the hub came in time for coverage within 30 days
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN carried the Command to the home
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-038 @REQ-044 @takes-98d
  Scenario: Where only a mast would help, day 90 brings a proposal and no SM WAN
    Given a prepayment home with an electricity meter
    And a home that only a mast would bring the SM WAN
    And somebody who works on coverage
    When the Supplier reports that the home has no SM WAN, and that it prepays
    And 97 days pass
    Then a solution was proposed within 90 days
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN did not carry the Command to the home

  @REQ-043 @takes-40d
  Scenario: Nobody exchanges a hub for one with mesh while the customer has not consented
    Given a prepayment home with an electricity meter
    And a cellular hub without mesh in a home without SM WAN of its own
    And a neighbour's hub that lends its way to mesh hubs
    And somebody who works on coverage
    When the Supplier reports that the home has no SM WAN, and that it prepays
    And 30 days pass
    Then no hub was exchanged for one with mesh without consent
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN did not carry the Command to the home
    When the customer consents to another kind of hub
    And 8 days pass
    Then no hub was exchanged for one with mesh without consent
    When the Supplier has the electricity meter topped up by £5.00 over the SM WAN
    Then the SM WAN carried the Command to the home

  @REQ-046 @takes-30d
  Scenario: A home that prepays is served before one on credit that was reported earlier
    Given a prepayment home with an electricity meter
    And a cellular hub without mesh in a home without SM WAN of its own
    And a neighbour's hub that lends its way to mesh hubs
    And somebody who works on coverage
    When another home is reported, which is on credit and has the customer's consent
    And 1 hour pass
    And the Supplier reports that the home has no SM WAN, and that it prepays
    And the customer consents to another kind of hub
    And 30 days pass
    Then homes that prepay came first

  @REQ-042 @takes-1d
  Scenario Outline: The <installer> comes to fit a <aerial>
    Given a prepayment home with an electricity meter
    And a mesh hub that reaches the SM WAN only with an aerial
    And somebody who works on coverage
    When the Supplier reports that the home has no SM WAN, and that it prepays
    And the <installer> comes to the home to fit a <aerial> aerial
    Then each aerial was fitted by whom it is for, or not at all
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN <carried> the Command to the home

    Examples:
      | installer | aerial | carried       |
      | Supplier  | T3     | did not carry |
      | DCC       | T3     | carried       |
      | DCC       | T1     | did not carry |
      | Supplier  | T2     | carried       |
