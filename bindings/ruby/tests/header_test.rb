# frozen_string_literal: true

require_relative "setup"
require "open3"
require "tmpdir"

# lib/apus/ffi.rb against include/apus.h.
class HeaderTest < Minitest::Test
  HEADER = File.read(File.join(REPOSITORY, "include/apus.h"))
  CODE = HEADER.gsub(%r{/\*.*?\*/}m, "").freeze

  TYPES = {
    "uint32_t" => :uint32, "int32_t" => :int32, "int64_t" => :int64, "size_t" => :size_t, "double" => :double,
    "apus_status" => :int32, "apus_format" => :uint32, "apus_feature_kind" => :uint32, "apus_category_kind" => :uint32,
    "apus_output" => :uint32, "apus_absent" => :uint32, "apus_unseen" => :uint32, "apus_weights" => :uint32,
    "apus_value_kind" => :uint32, "void" => :void
  }.freeze

  STRUCTS = {
    "apus_error" => :Error, "apus_load_options" => :LoadOptions, "apus_model_info" => :ModelInfo, "apus_feature_info" => :FeatureInfo,
    "apus_category_info" => :CategoryInfo, "apus_attribute_info" => :AttributeInfo,
    "apus_scorer_options" => :ScorerOptions, "apus_scorer_info" => :ScorerInfo, "apus_value" => :Value, "apus_batch_options" => :BatchOptions,
    "apus_tensor_info" => :TensorInfo, "apus_shape" => :Shape, "apus_tensor" => :Tensor,
    "apus_network_options" => :NetworkOptions, "apus_network_info" => :NetworkInfo
  }.freeze

  def test_constants
    header = CODE.scan(/^#define APUS_(\w+) +\(?(-?\d+)u?\)? *$/).to_h { |name, value| [name.to_sym, value.to_i] }
    table = Apus::FFI.constants(false).to_h { |name| [name, Apus::FFI.const_get(name)] }
    assert_equal HEADER.scan(/^#define APUS_\w+ +[-(\d]/).size, header.size
    assert_equal header.sort, table.select { |_, value| value.is_a?(Integer) }.sort
  end

  def test_functions
    header = CODE.scan(/^([a-z][\w ]*?[ *]+)(apus_\w+)\(([^)]*)\);/m).map do |result, name, parameters|
      [name.to_sym, [parameter_types(parameters), type(result)]]
    end
    assert_operator header.size, :>, 20
    assert_equal header.map(&:first), Apus::FFI::FUNCTIONS.keys
    header.each do |name, signature|
      arguments, result = Apus::FFI::FUNCTIONS.fetch(name)
      assert_equal signature, [arguments.map { |argument| untexted(argument) }, untexted(result)], name
    end
  end

  def test_structs
    names = CODE.scan(/^typedef struct (apus_\w+) \{/).flatten
    assert_equal STRUCTS.keys, names
    assert_equal STRUCTS.values.map { |name| layout_lines(STRUCTS.key(name), Apus::FFI.const_get(name)) },
                 names.map { |name| compiled[name] }
  end

  def test_every_struct_field_is_there
    STRUCTS.each do |c_name, ruby_name|
      body = CODE[/typedef struct #{c_name} \{(.*?)\} #{c_name};/m, 1]
      fields = body.split(";").filter_map { |field| field[/(\w+)(?:\[\d+\])?\s*\z/, 1]&.to_sym }
      assert_equal fields, Apus::FFI.const_get(ruby_name).members, c_name
    end
  end

  def test_version
    assert_equal [Apus::FFI::VERSION_MAJOR, Apus::FFI::VERSION_MINOR, Apus::FFI::VERSION_PATCH].join("."), Apus::VERSION
    assert_equal Apus::VERSION, Apus.version
  end

  private

  def parameter_types(parameters)
    return [] if parameters.strip == "void"

    parameters.split(",").map { |parameter| type(parameter.strip.sub(/\w+\z/, "")) }
  end

  def type(text)
    text.include?("*") ? :pointer : TYPES.fetch(text.sub("const", "").strip)
  end

  def untexted(type)
    type == :string ? :pointer : type
  end

  # What the compiler says of each struct: its size, and offset and size of each field that the Ruby struct has.
  def compiled
    @compiled ||= Dir.mktmpdir do |folder|
      source = File.join(folder, "layout.c")
      program = File.join(folder, "layout")
      File.write(source, program_text)
      output, status = Open3.capture2e("gcc", "-std=c99", "-I", File.join(REPOSITORY, "include"), source, "-o", program)
      assert_predicate status, :success?, output
      lines, = Open3.capture2(program)
      lines.lines(chomp: true).group_by { |line| line.split(" ").first }
    end
  end

  def program_text
    statements = STRUCTS.map do |c_name, ruby_name|
      fields = Apus::FFI.const_get(ruby_name).members.map do |field|
        "printf(\"#{c_name} #{field} %zu %zu\\n\", offsetof(#{c_name}, #{field}), sizeof(((#{c_name} *)0)->#{field}));"
      end
      ["printf(\"#{c_name} %zu\\n\", sizeof(#{c_name}));", *fields].join("\n")
    end
    "#include <stdio.h>\n#include \"apus.h\"\nint main(void) {\n#{statements.join("\n")}\nreturn 0;\n}\n"
  end

  def layout_lines(c_name, layout)
    fields = layout.instance_variable_get(:@layout).fields
    ["#{c_name} #{layout.size}"] + fields.map { |field| "#{c_name} #{field.name} #{field.offset} #{field.size}" }
  end
end
