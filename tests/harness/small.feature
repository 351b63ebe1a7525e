@SECMP0038 @REQ-004
Feature: Small things

  Background:
    Given a home with an ESME

  Scenario: It passes
    When the Supplier tops up by £10.00
    Then what was seen is pass for good
    And what was seen is pass for better

  Scenario: It fails
    Then what was seen is fail for bad
    And what was seen is pass for nothing

  Scenario: It is not clear
    Then what was seen is inconclusive for fog

  Scenario: It crashes
    When the step crashes
    Then what was seen is pass for nothing

  Scenario: It is skipped by pytest
    When the step skips by pytest
    Then what was seen is pass for nothing

  Scenario: It is skipped by Robot
    When the step skips by Robot
    Then what was seen is pass for nothing

  Scenario: It leaves the program
    When the step exits
    Then what was seen is pass for nothing

  Scenario: Its Then says nothing
    Then nothing comes of it

  @PP-099
  Scenario: It has no bench
    Then what was seen is pass for nothing

  Rule: Everything that a step carries arrives

    Background:
      Given these meters
        | kind | note   |
        | esme | a \| b |
        | ${X} |        |

    Scenario Outline: It carries <what>
      Given a text that says "<what> ${HOME} \n"
        """
        one line of <what>
          ${HOME} \ two
        """
      Then what was seen is pass for good

      Examples:
        | what    |
        | apples  |
        | 2 pears |

      @wall
      Examples: not on this bench
        | what    |
        | quinces |

  Scenario: It is interrupted
    When the user presses Ctrl-C
    Then what was seen is pass for nothing

  Scenario: It comes after
    Then what was seen is pass for good
